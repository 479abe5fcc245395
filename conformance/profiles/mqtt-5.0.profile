# What a certificate "MQTT 5.0 broker" takes: every statement of 5.0 that binds a
# server and can be seen from outside.
name     MQTT 5.0 broker
require  MQTT-*

# What a broker may leave alone, so that there is nothing to see of it.
except   MQTT-3.1.3-8: a broker need not turn down any Client Identifier
except   MQTT-3.1.4-2: further checks of a client are the broker's choice
except   MQTT-3.[4567].2-[23]: a broker need not explain itself in acknowledgements
except   MQTT-3.9.2-[12]: nor in SUBACK
except   MQTT-3.11.2-[12]: nor in UNSUBACK
except   MQTT-3.15.2-[23]: nor in AUTH
