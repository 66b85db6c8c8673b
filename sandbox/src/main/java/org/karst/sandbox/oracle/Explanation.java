package org.karst.sandbox.oracle;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiPredicate;

/** Differences that are meant. The table in docs/api.md is made of them. */
public enum Explanation {
    /** Go's words about JSON. */
    WORDS_OF_DECODING(
            "the words after `cannot be handled as a …` and of what is no JSON at all",
            "they are those of Go's decoder; status and reason are the same, and ours name the field or the line too",
            (request, difference) -> difference.path().equals("body.message")
                    && isDecoding(difference.real())
                    && isDecoding(difference.karst())),
    /** Structured-merge-diff's words. */
    APPLIED_OF_ANOTHER_TYPE(
            "a configuration whose fields have other types, when it is applied: 400 here, 500 there",
            "it is the client's mistake, and clients try again after 500",
            (request, difference) -> isApply(request)
                    && ((difference.path().equals("body.message")
                                    && difference.real().contains("typed patch object"))
                            || (difference.real().equals("500")
                                    && difference.karst().equals("400"))
                            || (difference.path().equals("body.reason")
                                    && difference.karst().equals("\"BadRequest\"")))),
    /** A resourceVersion that is none. */
    VERSION_THAT_IS_NONE(
            "a patch with a resourceVersion that is no number: 422 here, 500 there",
            "it is the client's mistake",
            (request, difference) ->
                    request.method().equals("PATCH") && request.body().contains("\"resourceVersion\":\"abc\"")),
    /** Operations of JSON patches. */
    WORDS_OF_JSON_PATCHES(
            "more words after `the server rejected our request due to an error in our request`",
            "ours name the operation of the JSON patch that failed, and why",
            (request, difference) -> difference.path().equals("body.message")
                    && difference.real().equals("\"the server rejected our request due to an error in our request\"")
                    && difference
                            .karst()
                            .startsWith("\"the server rejected our request due to an error in our request: ")),
    /** Words of the storage. */
    WORDS_OF_STORAGE(
            "the words after `Operation cannot be fulfilled on …` and `continue key is not valid`",
            "they are those of etcd and of Go's decoder; status and reason are the same",
            (request, difference) -> difference.path().equals("body.message")
                    && (difference.real().contains("StorageError:")
                            || (difference.real().contains("continue key is not valid")
                                    && difference.karst().contains("continue key is not valid")))),
    /** Null for no items. */
    EMPTY_METADATA_LISTS(
            "`items` of an empty list of metadata alone is `[]` here, `null` there",
            "it is a list; clients read both",
            (request, difference) -> difference.path().equals("body.items")
                    && difference.real().equals("null")
                    && difference.karst().equals("[]")),
    /** Limits from the cache. */
    LIMIT_OF_ANY_STATE(
            "`limit` together with `resourceVersion=0` is heeded here",
            "the real server answers such lists of its cache whole",
            (request, difference) ->
                    request.query().contains("limit=") && request.query().contains("resourceVersion=0")),
    /** Who made the first namespaces. */
    FIRST_MANAGER(
            "the manager of the namespaces that are there from the beginning is `karst-apiserver`",
            "it made them",
            (request, difference) -> difference.real().equals("\"kube-apiserver\"")
                    && difference.karst().equals("\"karst-apiserver\"")),
    /** Advice about pods. */
    ADVICE(
            "warnings about names and fields of pods that are allowed but not advised",
            "they are about kubelets and containers, which are not here; warnings of unknown fields are the same",
            (request, difference) ->
                    difference.path().equals("warning") && difference.real().contains("a DNS label is recommended")),
    /** Counting costs a walk over the rest. */
    REMAINING_COUNT(
            "`metadata.remainingItemCount` of a part of a list",
            "the API says that it may be left out; to know it, the rest would have to be read",
            (request, difference) -> difference.path().equals("body.metadata.remainingItemCount")
                    && difference.karst().equals(Difference.ABSENT)),
    /** The words of a table's columns. */
    DESCRIPTIONS_OF_COLUMNS(
            "`description` of the columns of tables",
            "words for people, ours are shorter",
            (request, difference) -> difference.path().matches(".*columnDefinitions\\[\\d+\\]\\.description")),
    /** Namespaces go at once. */
    FINALIZERS_OF_NAMESPACES(
            "`spec.finalizers` of namespaces",
            "a namespace goes with its content in one step, so nobody has to hold it meanwhile",
            (request, difference) -> difference.path().endsWith("spec.finalizers")
                    && difference.real().equals("[\"kubernetes\"]")
                    && difference.karst().equals(Difference.ABSENT)),
    /** What the server adds here. */
    OTHER_WORDS_FOR_MISSING_BODY(
            "a body that is missing or empty",
            "refused here by one rule with 400; the real server lets some through to other refusals",
            (request, difference) ->
                    request.method().equals("POST") && request.body().isEmpty());

    private final String what;
    private final String why;
    // Each is a function of its arguments alone.
    @SuppressWarnings("ImmutableEnumChecker")
    private final BiPredicate<Request, Difference> test;

    Explanation(String what, String why, BiPredicate<Request, Difference> test) {
        this.what = what;
        this.why = why;
        this.test = test;
    }

    private static boolean isApply(Request request) {
        return request.headers().getOrDefault("content-type", "").startsWith("application/apply-patch");
    }

    private static boolean isDecoding(String message) {
        return message.contains("cannot be handled as a ") || message.contains("json") || message.contains("JSON");
    }

    /** What differs, for people. */
    public String what() {
        return what;
    }

    /** Why a difference is meant, if it is. */
    static Optional<Explanation> of(Request request, Difference difference) {
        return Arrays.stream(values())
                .filter(explanation -> explanation.test.test(request, difference))
                .findFirst();
    }

    /** All of them as lines of a table in Markdown. */
    public static String table() {
        StringBuilder table = new StringBuilder("| what | why |\n|---|---|\n");
        for (Explanation explanation : values()) {
            table.append("| ")
                    .append(explanation.what)
                    .append(" | ")
                    .append(explanation.why)
                    .append(" |\n");
        }
        return table.toString();
    }
}
