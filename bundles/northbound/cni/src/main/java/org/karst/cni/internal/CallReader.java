package org.karst.cni.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.karst.cni.internal.CniCall.AttachmentName;
import org.karst.cni.internal.CniException.Code;
import org.karst.pipeline.Attachment;

/** Reads what the plugin sends: the border where nothing may be believed. */
final class CallReader {
    /** Names of networks and containers: section 1 and 2 of the specification. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]{0,252}");

    /** What Linux takes as the name of an interface. */
    private static final Pattern IFNAME = Pattern.compile("(?!\\.{1,2}$)[^/:\\s\\p{Cntrl}]{1,15}");

    private static final String VALID_ATTACHMENTS = "cni.dev/valid-attachments";

    static final JsonMapper JSON = JsonMapper.builder(new com.fasterxml.jackson.core.JsonFactoryBuilder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(64).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private CallReader() {}

    /** A message of the plugin before it is judged: the version to answer in, even if the rest is wrong. */
    record Message(JsonNode environment, String configText) {

        /** Which version an error should carry. */
        String answerVersion() {
            try {
                String text = JSON.readTree(configText).path("cniVersion").asText();
                return SpecVersion.supported().contains(text) ? text : SpecVersion.V1_0_0.text();
            } catch (JsonProcessingException e) {
                return SpecVersion.V1_0_0.text();
            }
        }
    }

    /**
     * Takes a message apart.
     *
     * @throws CniException if it is none
     */
    static Message message(byte[] bytes) {
        JsonNode message;
        try {
            message = JSON.readTree(bytes);
        } catch (IOException e) {
            throw new CniException(Code.UNDECODABLE, "The call is no message of karst-cni: " + sentence(e));
        }
        if (!message.path("config").isTextual() || !message.path("command").isTextual()) {
            throw new CniException(
                    Code.UNDECODABLE, "The call is no message of karst-cni: command or config is missing.");
        }
        return new Message(message, message.path("config").asText());
    }

    /**
     * Checks a message.
     *
     * @throws CniException with the code that the specification wants for what is wrong
     */
    static CniCall read(Message message) {
        JsonNode environment = message.environment();
        JsonNode config = config(message.configText());
        Verb verb = Verb.of(environment.path("command").asText());
        SpecVersion version = version(verb, config);
        if (verb == Verb.VERSION) {
            return new CniCall(
                    verb,
                    version,
                    "",
                    Optional.empty(),
                    Optional.empty(),
                    new TreeMap<>(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Collections.emptySortedSet(),
                    Attachment.Device.VETH);
        }
        String network = text(config, "name").orElse("");
        if (!NAME.matcher(network).matches()) {
            throw invalid("name", "must begin with a letter or digit and hold letters, digits, '_', '.' and '-' only");
        }
        Optional<AttachmentName> attachment = attachment(verb, environment);
        JsonNode runtime = config.path("runtimeConfig");
        refuseUnsupported(config, runtime);
        Optional<JsonNode> previous = previous(config.path("prevResult"));
        if (verb == Verb.CHECK && previous.isEmpty()) {
            throw invalid("prevResult", "must hold the result of ADD for CHECK");
        }
        return new CniCall(
                verb,
                version,
                network,
                attachment,
                text(environment, Verb.Variable.CNI_NETNS.member()).filter(path -> !path.isEmpty()),
                arguments(text(environment, "args").orElse("")),
                requestedIps(runtime.path("ips")),
                text(runtime, "mac").filter(mac -> !mac.isEmpty()),
                previous,
                verb == Verb.GC ? validAttachments(config.get(VALID_ATTACHMENTS)) : new TreeSet<>(),
                device(config));
    }

    private static Attachment.Device device(JsonNode config) {
        return text(config, "device")
                .map(text -> Attachment.Device.find(text)
                        .orElseThrow(() -> invalid(
                                "device",
                                "must be one of " + Arrays.toString(Attachment.Device.values()) + ", not " + text)))
                .orElse(Attachment.Device.VETH);
    }

    private static JsonNode config(String text) {
        try {
            JsonNode config = JSON.readTree(text);
            if (config.isObject()) {
                return config;
            }
            throw new CniException(Code.UNDECODABLE, "The network configuration on stdin is no JSON object.");
        } catch (JsonProcessingException e) {
            throw new CniException(Code.UNDECODABLE, "The network configuration on stdin is no JSON: " + sentence(e));
        }
    }

    private static SpecVersion version(Verb verb, JsonNode config) {
        String text = text(config, "cniVersion").orElse("");
        if (verb == Verb.VERSION && !SpecVersion.supported().contains(text)) {
            return SpecVersion.V1_1_0; // it asks what there is; any version may ask
        }
        SpecVersion version = SpecVersion.of(text);
        if (!version.atLeast(verb.since())) {
            throw new CniException(
                    Code.INCOMPATIBLE_VERSION,
                    verb + " is not part of CNI " + version.text() + ", the version of the network configuration.",
                    "It came with " + verb.since().text() + ".");
        }
        return version;
    }

    private static Optional<AttachmentName> attachment(Verb verb, JsonNode environment) {
        List<String> missing = verb.required().stream()
                .filter(variable ->
                        text(environment, variable.member()).orElse("").isEmpty())
                .map(Verb.Variable::name)
                .toList();
        if (!missing.isEmpty()) {
            throw new CniException(
                    Code.INVALID_ENVIRONMENT,
                    verb + " needs " + String.join(" and ", missing) + " in the environment.");
        }
        if (!verb.required().contains(Verb.Variable.CNI_IFNAME)) {
            return Optional.empty();
        }
        String container =
                text(environment, Verb.Variable.CNI_CONTAINERID.member()).orElseThrow();
        String ifname = text(environment, Verb.Variable.CNI_IFNAME.member()).orElseThrow();
        if (!NAME.matcher(container).matches()) {
            throw new CniException(
                    Code.INVALID_ENVIRONMENT, "CNI_CONTAINERID \"" + container + "\" is no valid identifier.");
        }
        if (!IFNAME.matcher(ifname).matches()) {
            throw new CniException(
                    Code.INVALID_ENVIRONMENT, "CNI_IFNAME \"" + ifname + "\" cannot name a network interface.");
        }
        return Optional.of(new AttachmentName(container, ifname));
    }

    /** What a user wrote down and would not get is refused, not passed over. */
    private static void refuseUnsupported(JsonNode config, JsonNode runtime) {
        if (!config.path("ipam").isMissingNode() && !config.path("ipam").isEmpty()) {
            throw new CniException(
                    Code.UNSUPPORTED_FIELD,
                    "Field \"ipam\" of the network configuration is not supported: Karst gives the addresses itself.");
        }
        for (String capability : List.of("portMappings", "bandwidth")) {
            JsonNode value = runtime.path(capability);
            if (!value.isMissingNode() && !value.isNull() && !value.isEmpty()) {
                throw new CniException(
                        Code.UNSUPPORTED_FIELD,
                        "Field \"runtimeConfig." + capability
                                + "\" is not supported: this network declares the capabilities ips and mac.");
            }
        }
    }

    private static SortedMap<String, String> arguments(String text) {
        TreeMap<String, String> arguments = new TreeMap<>();
        for (String pair : text.split(";", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new CniException(
                        Code.INVALID_ENVIRONMENT, "CNI_ARGS holds \"" + pair + "\", which is not KEY=VALUE.");
            }
            arguments.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return Collections.unmodifiableSortedMap(arguments);
    }

    private static Optional<JsonNode> previous(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isObject()) {
            throw invalid("prevResult", "must be the result of a plugin");
        }
        ObjectNode previous = node.deepCopy();
        for (String list : List.of("interfaces", "ips", "routes")) {
            if (previous.path(list).isNull()) {
                previous.remove(list);
            } else if (previous.has(list) && !previous.path(list).isArray()) {
                throw invalid("prevResult." + list, "must be a list");
            }
        }
        return Optional.of(previous);
    }

    private static List<String> requestedIps(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return List.of();
        }
        List<String> ips = new ArrayList<>();
        for (JsonNode element : node) {
            if (!element.isTextual()) {
                throw invalid("runtimeConfig.ips", "must be a list of strings");
            }
            ips.add(element.asText());
        }
        if (!node.isArray()) {
            throw invalid("runtimeConfig.ips", "must be a list of strings");
        }
        return List.copyOf(ips);
    }

    private static SortedSet<AttachmentName> validAttachments(JsonNode node) {
        if (node == null || !(node.isArray() || node.isNull())) {
            // taking "not said" for "none" would cut off every pod of the node
            throw invalid(VALID_ATTACHMENTS, "must be a list of the attachments to keep");
        }
        TreeSet<AttachmentName> valid = new TreeSet<>();
        for (JsonNode element : node) {
            Optional<String> container = text(element, "containerID");
            Optional<String> ifname = text(element, "ifname");
            if (container.isEmpty() || ifname.isEmpty()) {
                throw invalid(VALID_ATTACHMENTS, "must be a list of objects with containerID and ifname");
            }
            valid.add(new AttachmentName(container.get(), ifname.get()));
        }
        return valid;
    }

    private static Optional<String> text(JsonNode object, String member) {
        JsonNode node = object.path(member);
        return node.isTextual() ? Optional.of(node.asText()) : Optional.empty();
    }

    private static CniException invalid(String field, String rule) {
        return new CniException(
                Code.INVALID_CONFIGURATION, "Field \"" + field + "\" of the network configuration " + rule + ".");
    }

    private static String sentence(IOException e) {
        String message = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
        return message == null ? "unreadable." : message.lines().findFirst().orElse("") + ".";
    }
}
