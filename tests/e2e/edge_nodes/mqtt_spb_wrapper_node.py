"""An edge node by mqtt-spb-wrapper: `mqtt_spb_wrapper_node.py <TCP port>`. Publishes until it is killed.

Its device has a connection of its own, so its messages overtake each other; names in births and data differ."""

import itertools
import sys
import time

from mqtt_spb_wrapper import MqttSpbEntityDevice, MqttSpbEntityEdgeNode

port = int(sys.argv[1])
node = MqttSpbEntityEdgeNode("Works:south", "wrapline", False, False)
node.data.set_value("uptime", 1)
node.connect("127.0.0.1", port=port)
node.publish_birth()
device = MqttSpbEntityDevice("Works:south", "wrapline", "packer", False, False)
device.data.set_value("temperature", 20.5)
device.connect("127.0.0.1", port=port)
device.publish_birth()
for step in itertools.count(1):
    time.sleep(0.2)
    device.data.set_value("temperature", 20.5 + step % 5)
    device.publish_data()
