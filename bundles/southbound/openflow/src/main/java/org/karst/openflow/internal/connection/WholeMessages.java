package org.karst.openflow.internal.connection;

import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import org.karst.openflow.internal.codec.MessageDecoder;
import org.opendaylight.openflowjava.protocol.api.extensibility.DeserializerRegistry;
import org.opendaylight.openflowjava.protocol.api.extensibility.OFDeserializer;
import org.opendaylight.openflowjava.protocol.api.extensibility.OFGeneralDeserializer;
import org.opendaylight.openflowjava.protocol.api.keys.MessageCodeKey;
import org.opendaylight.openflowjava.protocol.api.keys.TypeToClassKey;
import org.opendaylight.openflowjava.protocol.impl.deserialization.DeserializationFactory;

/**
 * Our decoders in the shape of openflowjava's registry. Its own would bring some hundred decoders of parts of messages, none
 * of which is used.
 */
final class WholeMessages implements DeserializerRegistry {
    private static final int MESSAGE_TYPES = 256;

    private final Map<MessageCodeKey, OFGeneralDeserializer> decoders = new HashMap<>();

    /** What finds our decoder for each type of message. */
    static DeserializationFactory factory() {
        WholeMessages registry = new WholeMessages();
        DeserializationFactory factory = new DeserializationFactory(registry);
        for (int type = 0; type < MESSAGE_TYPES; type++) {
            factory.registerMapping(new TypeToClassKey(CarriedMessage.VERSION, type), CarriedMessage.class);
            registry.registerDeserializer(
                    new MessageCodeKey(CarriedMessage.VERSION, type, CarriedMessage.class), new Decoder(type));
        }
        return factory;
    }

    @Override
    public void init() {
        // filled by factory()
    }

    @Override
    public void registerDeserializer(MessageCodeKey key, OFGeneralDeserializer decoder) {
        decoders.put(key, decoder);
    }

    @Override
    public boolean unregisterDeserializer(MessageCodeKey key) {
        return decoders.remove(key) != null;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the interface leaves the type to its caller
    public <T extends OFGeneralDeserializer> T getDeserializer(MessageCodeKey key) {
        return (T) decoders.get(key);
    }

    /** One decoder for each type of message: openflowjava does not say the type. */
    private record Decoder(int type) implements OFDeserializer<CarriedMessage> {
        @Override
        public CarriedMessage deserialize(ByteBuf in) {
            return new CarriedMessage(MessageDecoder.decode(type, in));
        }
    }
}
