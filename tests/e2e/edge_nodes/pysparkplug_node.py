"""An edge node by pysparkplug: `pysparkplug_node.py <TCP port>`. Publishes until it is killed."""

import itertools
import sys
import time

import pysparkplug as psp


def metric(name, datatype, value):
    return psp.Metric(timestamp=psp.get_current_timestamp(), name=name, datatype=datatype, value=value)


def all_of(step):
    return (
        metric("State", psp.DataType.STRING, "Running"),
        metric("Speed", psp.DataType.DOUBLE, 100.5 + step % 7),
        metric("Good Parts", psp.DataType.UINT64, 9007199254740993 + step),
        metric("Frost", psp.DataType.INT8, -1 - step % 5),
        metric("Levels", psp.DataType.INT16_ARRAY, (-30000, 30000)),
    )


client = psp.Client()
node = psp.EdgeNode("Works:north", "pyline", (metric("Uptime", psp.DataType.UINT32, 1),), client=client)
node.register(psp.Device("filler", all_of(0)))
node.connect("127.0.0.1", port=int(sys.argv[1]), keepalive=5)
for step in itertools.count(1):
    time.sleep(0.2)
    node.update_device("filler", all_of(step))
