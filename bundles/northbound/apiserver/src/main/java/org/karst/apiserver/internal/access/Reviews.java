package org.karst.apiserver.internal.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.karst.apiserver.Caller;
import org.karst.apiserver.internal.resource.Finding;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.Rejection;
import org.karst.apiserver.internal.resource.ResourceDefinition;
import org.karst.apiserver.internal.resource.Trait;

/** The resources that are questions about the caller: one creates an object with a question and gets it back with the answer; nothing is kept. */
public final class Reviews {
    private static final String AUTHORIZATION = "authorization.k8s.io";

    private static final Map<ResourceDefinition, BiFunction<Caller, ObjectNode, ObjectNode>> ANSWERS = Map.of(
            ResourceDefinition.of(AUTHORIZATION, "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview")
                    .traits(Trait.REVIEW)
                    .shape(
                            "{'spec':{'resourceAttributes':{'namespace':'','verb':'','group':'','version':'','resource':'',"
                                    + "'subresource':'','name':''},'nonResourceAttributes':{'path':'','verb':''}},'status':{}}")
                    .build(),
            Reviews::access,
            ResourceDefinition.of(AUTHORIZATION, "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview")
                    .traits(Trait.REVIEW)
                    .shape("{'spec':{'namespace':''},'status':{}}")
                    .build(),
            Reviews::rules,
            ResourceDefinition.of("authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview")
                    .traits(Trait.REVIEW)
                    .shape("{'status':{}}")
                    .build(),
            Reviews::self);

    private Reviews() {}

    /** Their definitions. */
    public static List<ResourceDefinition> definitions() {
        return ANSWERS.keySet().stream()
                .sorted(java.util.Comparator.comparing(ResourceDefinition::qualified))
                .toList();
    }

    /** The object with the question and the answer. */
    public static ObjectNode answer(ResourceDefinition type, Caller caller, ObjectNode question) {
        ObjectNode answered = type.typed(Json.object());
        answered.putObject("metadata").putNull("creationTimestamp");
        if (type.form().blank().has("spec")) {
            answered.set("spec", Json.child(question, "spec"));
        }
        answered.set("status", ANSWERS.get(type).apply(caller, question));
        return answered;
    }

    private static ObjectNode access(Caller caller, ObjectNode question) {
        JsonNode resource = question.at("/spec/resourceAttributes");
        JsonNode path = question.at("/spec/nonResourceAttributes");
        if (resource.isObject() == path.isObject()) {
            throw Rejection.invalid(
                    definitions().stream()
                            .filter(type -> type.plural().equals("selfsubjectaccessreviews"))
                            .findFirst()
                            .orElseThrow(),
                    "",
                    List.of(Finding.invalid(
                            "spec.resourceAttributes",
                            resource.isMissingNode() ? null : resource,
                            resource.isObject()
                                    ? "cannot be specified in combination with nonResourceAttributes"
                                    : "exactly one of nonResourceAttributes or resourceAttributes must be specified")));
        }
        Action action = path.isObject()
                ? new Action(Json.text(path.path("verb")), Optional.empty(), Json.text(path.path("path")))
                : new Action(
                        Json.text(resource.path("verb")),
                        Optional.of(new Target(
                                Json.text(resource.path("group")),
                                Json.text(resource.path("version")),
                                Json.text(resource.path("namespace")),
                                Json.text(resource.path("resource")),
                                Json.text(resource.path("name")),
                                Json.text(resource.path("subresource")))),
                        "");
        return Json.object().put("allowed", Access.allows(caller, action));
    }

    private static ObjectNode rules(Caller caller, ObjectNode question) {
        ObjectNode status = Json.object();
        ArrayNode resources = status.putArray("resourceRules");
        ArrayNode paths = status.putArray("nonResourceRules");
        String namespace = Json.text(question.at("/spec/namespace"));
        Access.of(caller).stream()
                .filter(grant -> grant.reaches(namespace))
                .forEach(grant -> (grant.isAboutResources() ? resources : paths).add(grant.describe()));
        return status.put("incomplete", false);
    }

    private static ObjectNode self(Caller caller, ObjectNode question) {
        ObjectNode status = Json.object();
        ObjectNode user = status.putObject("userInfo").put("username", caller.name());
        caller.groups().forEach(user.putArray("groups")::add);
        return status;
    }
}
