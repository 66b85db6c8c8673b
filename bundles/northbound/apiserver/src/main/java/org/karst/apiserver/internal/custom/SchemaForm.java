package org.karst.apiserver.internal.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.karst.apiserver.internal.resource.Finding;
import org.karst.apiserver.internal.resource.Form;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.Rule;

/** The form that a schema gives. */
record SchemaForm(Schema schema) implements Form, Rule {
    @Override
    public Optional<String> decode(ObjectNode object, String kind) {
        schema.dropNulls(object);
        return Optional.empty();
    }

    @Override
    public List<String> unknown(ObjectNode object) {
        List<String> found = new ArrayList<>();
        schema.unknown(object, "", found);
        return found;
    }

    @Override
    public void prune(ObjectNode object) {
        schema.prune(object);
    }

    @Override
    public void fill(ObjectNode object) {
        schema.fill(object);
    }

    @Override
    public ObjectNode blank() {
        ObjectNode blank = Json.object();
        blank.putObject("metadata");
        return blank;
    }

    @Override
    public String absent(String path) {
        return "";
    }

    @Override
    public ObjectNode describe() {
        return schema.source().deepCopy();
    }

    @Override
    public void check(ObjectNode object, Optional<ObjectNode> before, Consumer<Finding> findings) {
        schema.check(object, before.map(JsonNode.class::cast).orElse(null), "", findings);
    }
}
