package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * The form of a kind that is a type of the real server, by samples.
 *
 * @param shape samples of the JSON types of its fields: a field that is present must have the type of the sample; the one element of a list
 *     is the sample of all elements
 * @param defaults what absent fields get, in the same form
 * @param whole whether the shape has all fields, so that others are unknown
 */
record SampleForm(ObjectNode shape, ObjectNode defaults, boolean whole) implements Form {
    private static final List<String> NOT_LOOKED_AT = List.of("apiVersion", "kind", "metadata", "status");

    @Override
    public Optional<String> decode(ObjectNode object, String kind) {
        Shapes.dropNulls(object);
        return Shapes.mismatch(object, shape, kind);
    }

    @Override
    public List<String> unknown(ObjectNode object) {
        if (!whole) {
            return List.of();
        }
        ObjectNode known = shape.deepCopy();
        NOT_LOOKED_AT.forEach(known::putNull);
        return Shapes.unknown(object, known, "");
    }

    @Override
    public void prune(ObjectNode object) {
        // What it does not know it keeps: the shape is of what is read here, and the real type has more.
    }

    @Override
    public void fill(ObjectNode object) {
        Shapes.fill(object, defaults);
    }

    /** With the parts that a value of such a type always has, so that who fills them does not count as having made them. */
    @Override
    public ObjectNode blank() {
        ObjectNode blank = Json.object();
        blank.putObject("metadata");
        shape.properties().stream()
                .filter(field -> field.getValue().isObject())
                .forEach(field -> blank.putObject(field.getKey()));
        return blank;
    }

    @Override
    public String absent(String path) {
        return Json.at(shape, path).isBoolean() ? "false" : "";
    }

    @Override
    public ObjectNode describe() {
        return Shapes.schema(shape);
    }
}
