package org.karst.sandbox.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Makes one thing of a document wrong, or at least unusual. */
final class Mutation {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Mutation() {}

    /** A member or element that can be replaced. */
    private record Place(JsonNode parent, String name, int index) {
        void set(JsonNode value) {
            if (parent instanceof ObjectNode object) {
                object.set(name, value);
            } else {
                ((ArrayNode) parent).set(index, value);
            }
        }

        void remove() {
            if (parent instanceof ObjectNode object) {
                object.remove(name);
            } else {
                ((ArrayNode) parent).remove(index);
            }
        }
    }

    /** Changes one place of the document. */
    static void of(ObjectNode document, SplittableRandom random) {
        List<Place> places = new ArrayList<>();
        collect(document, places);
        Place place = places.get(random.nextInt(places.size()));
        switch (random.nextInt(10)) {
            case 0 -> place.remove();
            case 1 -> place.set(NODES.textNode(""));
            case 2 -> place.set(NODES.textNode("Bad Value!"));
            case 3 -> place.set(NODES.numberNode(-1));
            case 4 -> place.set(NODES.numberNode(70000));
            case 5 -> place.set(NODES.nullNode());
            case 6 -> place.set(NODES.arrayNode());
            case 7 -> place.set(NODES.textNode("x".repeat(64)));
            case 8 -> document.put("bogus", 1);
            default -> place.set(NODES.objectNode());
        }
    }

    private static void collect(JsonNode node, List<Place> places) {
        node.properties().forEach(member -> {
            places.add(new Place(node, member.getKey(), 0));
            collect(member.getValue(), places);
        });
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                places.add(new Place(node, "", i));
                collect(node.get(i), places);
            }
        }
    }
}
