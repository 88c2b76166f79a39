"""WhatsApp's own format, as the libraries that log in like WhatsApp Web hand it over.

Baileys gives it as it is; Evolution API, WAHA and BuilderBot put it into objects of their own.
Sources: https://github.com/WhiskeySockets/Baileys, WAProto/WAProto.proto and src/Types.
"""
