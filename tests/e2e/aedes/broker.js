// aedes on 127.0.0.1: node broker.js WS_PORT TCP_PORT
import http from 'node:http'
import net from 'node:net'
import { Aedes } from 'aedes'
import { WebSocketServer, createWebSocketStream } from 'ws'

const [wsPort, tcpPort] = process.argv.slice(2).map(Number)
const broker = await Aedes.createBroker()
const server = http.createServer()
const sockets = new WebSocketServer({ server, handleProtocols: () => 'mqtt' })
sockets.on('connection', (socket, request) => {
  const stream = createWebSocketStream(socket)
  stream.on('error', () => {})
  broker.handle(stream, request)
})
net.createServer(broker.handle).listen(tcpPort, '127.0.0.1')
server.listen(wsPort, '127.0.0.1')
