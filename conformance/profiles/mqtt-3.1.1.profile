# What a certificate "MQTT 3.1.1 broker" takes.
name     MQTT 3.1.1 broker
require  MQTT311-*

except   MQTT311-3.1.3-9: a broker need not turn down any Client Identifier
