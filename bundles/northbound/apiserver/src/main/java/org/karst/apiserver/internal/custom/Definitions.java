package org.karst.apiserver.internal.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.karst.apiserver.internal.resource.Column;
import org.karst.apiserver.internal.resource.CoreResources;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.Rejection;
import org.karst.apiserver.internal.resource.ResourceDefinition;
import org.karst.apiserver.internal.resource.Trait;
import org.karst.apiserver.internal.storage.ObjectKey;
import org.karst.apiserver.internal.storage.Snapshot;
import org.karst.apiserver.internal.storage.Transaction;

/** The resource whose objects bring resources, and what follows from all of them together. */
public final class Definitions {
    /** What holds a definition as long as there are objects of its kind. */
    public static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

    /** {@code customresourcedefinitions.apiextensions.k8s.io}. */
    public static final ResourceDefinition RESOURCE = ResourceDefinition.of(
                    "apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition")
            .shortNames("crd", "crds")
            .categories("api-extensions")
            .traits(Trait.STATUS, Trait.GENERATION, Trait.RETURNS_DELETED, Trait.DEFINES_RESOURCE)
            .shape("{'spec':{'group':'','scope':'','names':{'plural':'','singular':'','kind':'','listKind':'',"
                    + "'shortNames':[''],'categories':['']},'versions':[{'name':'','served':false,'storage':false,"
                    + "'deprecated':false,'deprecationWarning':'','schema':{'openAPIV3Schema':{}},"
                    + "'subresources':{'status':{},'scale':{'specReplicasPath':'','statusReplicasPath':'',"
                    + "'labelSelectorPath':''}},'additionalPrinterColumns':[{'name':'','type':'','format':'',"
                    + "'description':'','priority':0,'jsonPath':''}],'selectableFields':[{'jsonPath':''}]}],"
                    + "'conversion':{'strategy':''},'preserveUnknownFields':false},"
                    + "'status':{'acceptedNames':{'plural':'','singular':'','kind':'','listKind':'','shortNames':[''],"
                    + "'categories':['']},'conditions':[{'type':'','status':'','reason':'','message':'',"
                    + "'lastTransitionTime':''}],'storedVersions':[''],'observedGeneration':0}}")
            .defaults("{'spec':{'conversion':{'strategy':'None'}}}")
            .keyedBy("status.conditions", "type")
            .prepare(Definitions::prepare)
            .columns(List.of(
                    Column.ofName(),
                    new Column(
                            "Created At",
                            "date",
                            "",
                            0,
                            "CreationTimestamp is a timestamp representing the server time when this object was"
                                    + " created.",
                            (object, now) -> Json.text(Json.at(object, "metadata.creationTimestamp")))))
            .rules(new DefinitionRules())
            .warnings(Definitions::unevaluated)
            .build();

    private Definitions() {}

    /** Names that follow from others, and the versions that objects may have been stored in. */
    private static void prepare(ObjectNode definition) {
        ObjectNode names = Json.child(Json.child(definition, "spec"), "names");
        String kind = Json.text(names.path("kind"));
        if (Json.text(names.path("singular")).isEmpty()) {
            names.put("singular", kind.toLowerCase(Locale.ROOT));
        }
        if (Json.text(names.path("listKind")).isEmpty() && !kind.isEmpty()) {
            names.put("listKind", kind + "List");
        }
        ArrayNode stored = Json.child(definition, "status").withArray("storedVersions");
        for (JsonNode version : definition.at("/spec/versions")) {
            boolean known = false;
            for (JsonNode one : stored) {
                known |= one.equals(version.path("name"));
            }
            if (version.path("storage").asBoolean() && !known) {
                stored.add(version.path("name"));
            }
        }
    }

    /** Of CEL rules their author hears that they do nothing here. */
    private static List<String> unevaluated(JsonNode definition) {
        List<String> warnings = new ArrayList<>();
        JsonNode versions = definition.path("spec").path("versions");
        for (int at = 0; at < versions.size(); at++) {
            if (!versions.get(at)
                    .path("schema")
                    .findValues("x-kubernetes-validations")
                    .isEmpty()) {
                warnings.add("spec.versions[" + at
                        + "].schema.openAPIV3Schema: this server does not evaluate x-kubernetes-validations");
            }
        }
        return warnings;
    }

    /** Gives each definition the status that follows from all of them. */
    public static void settle(Transaction transaction, String now) {
        Map<String, ObjectNode> all = new TreeMap<>();
        for (ObjectKey key : transaction.keys(RESOURCE.qualified(), "")) {
            all.put(key.name(), Json.readObject(transaction.get(key)));
        }
        all.replaceAll((name, definition) -> {
            List<ObjectNode> others = all.entrySet().stream()
                    .filter(other -> !other.getKey().equals(name)
                            && other.getValue().at("/spec/group").equals(definition.at("/spec/group")))
                    .map(Map.Entry::getValue)
                    .toList();
            ObjectNode settled = NameClaims.settled(definition, others, now);
            if (!settled.equals(definition)) {
                Json.child(settled, "metadata").put("resourceVersion", Long.toString(transaction.next()));
                transaction.put(
                        RESOURCE.key("", name), Optional.of(RESOURCE.stored(definition)), RESOURCE.stored(settled));
            }
            return settled;
        });
    }

    /** Marks one that waits until the objects of its kind are gone. */
    public static void markTerminating(ObjectNode definition, String now) {
        ArrayNode finalizers = Json.child(definition, "metadata").withArray("finalizers");
        boolean marked = false;
        for (JsonNode finalizer : finalizers) {
            marked |= finalizer.asText().equals(CLEANUP);
        }
        if (!marked) {
            finalizers.add(CLEANUP);
        }
        NameClaims.condition(
                Json.child(definition, "status"),
                "Terminating",
                true,
                "InstanceDeletionInProgress",
                "CustomResource deletion is in progress",
                now);
    }

    /** Takes away what {@link #markTerminating} gave. */
    public static void release(ObjectNode definition) {
        ObjectNode metadata = Json.child(definition, "metadata");
        if (metadata.path("finalizers") instanceof ArrayNode finalizers) {
            for (int at = finalizers.size() - 1; at >= 0; at--) {
                if (finalizers.get(at).asText().equals(CLEANUP)) {
                    finalizers.remove(at);
                }
            }
            if (finalizers.isEmpty()) {
                metadata.remove("finalizers");
            }
        }
    }

    /**
     * Refuses a new object of a kind that is gone or goes.
     *
     * @throws Rejection 404 or 405
     */
    public static void expectLiving(Transaction transaction, ResourceDefinition type, String name) {
        byte[] json = transaction.get(RESOURCE.key("", type.qualified()));
        if (json == null) {
            if (CoreResources.ALL.contains(type)) {
                return;
            }
            // Its definition went while this waited for the writer.
            throw Rejection.notFound(type, name);
        }
        if (Json.readObject(json).path("metadata").has("deletionTimestamp")) {
            throw Rejection.methodNotAllowed(
                    type, name, "create not allowed while custom resource definition is terminating");
        }
    }

    /** What all definitions bring, by group and name, the preferred version of each group first. */
    public static List<CustomResources> read(Snapshot snapshot) {
        List<CustomResources> found = new ArrayList<>();
        Snapshot.Entries entries = snapshot.list(RESOURCE.qualified(), "");
        while (entries.next()) {
            found.add(CustomResources.of(Json.readObject(entries.json())));
        }
        found.sort(Comparator.comparing(
                one -> one.stored().group() + ' ' + one.stored().plural()));
        return found;
    }
}
