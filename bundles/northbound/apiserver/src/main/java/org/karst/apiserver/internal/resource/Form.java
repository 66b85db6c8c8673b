package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** Which fields the objects of a kind have, and of which types. */
public interface Form {
    /** Takes away nulls that stand for nothing, and says in the words of the real server why it cannot be an object of this kind, if it cannot. */
    Optional<String> decode(ObjectNode object, String kind);

    /** The paths of fields that this kind does not have, as far as that is known; metadata is not looked at. */
    List<String> unknown(ObjectNode object);

    /** Takes away fields that are not kept. */
    void prune(ObjectNode object);

    /** Gives absent fields what they have where nobody says. */
    void fill(ObjectNode object);

    /** An object that says nothing. */
    ObjectNode blank();

    /** What a field selector finds at a path where nothing is. */
    String absent(String path);

    /** The same as a schema of OpenAPI, without what all objects have. */
    ObjectNode describe();
}
