package org.karst.pipeline;

import java.util.Objects;
import java.util.function.Function;
import org.karst.incremental.Table;
import org.karst.model.Document;
import org.karst.model.PodKey;

/**
 * A kind of Kubernetes object that somebody watches, and the table of its rows. The key is namespace and name; the namespace
 * of a cluster-scoped object is "".
 *
 * <p>Kinds are compared by identity: a new revision of a bundle brings a new kind, whose rows are listed anew.
 *
 * @param <R> the record that an object is decoded to
 */
public final class Kind<R> {
    private final String apiVersion;
    private final String plural;
    private final String part;
    private final boolean namespaced;
    private final Function<Document, R> decoder;
    private final Table<PodKey, R> table;

    private Kind(String apiVersion, String plural, String part, boolean namespaced, Function<Document, R> decoder) {
        this.apiVersion = Objects.requireNonNull(apiVersion, "apiVersion");
        this.plural = Objects.requireNonNull(plural, "plural");
        this.part = Objects.requireNonNull(part, "part");
        this.namespaced = namespaced;
        this.decoder = Objects.requireNonNull(decoder, "decoder");
        this.table = Table.named(toString());
    }

    /** A kind whose objects live in namespaces. */
    public static <R> Kind<R> namespaced(String apiVersion, String plural, Function<Document, R> decoder) {
        return new Kind<>(apiVersion, plural, "", true, decoder);
    }

    /** A kind whose objects belong to the cluster. */
    public static <R> Kind<R> cluster(String apiVersion, String plural, Function<Document, R> decoder) {
        return new Kind<>(apiVersion, plural, "", false, decoder);
    }

    /**
     * The same objects, of which only a part is wanted that another kind does not have.
     *
     * @param name what tells it from other kinds of these objects
     * @param of what is read from an object
     */
    public <S> Kind<S> part(String name, Function<Document, S> of) {
        return new Kind<>(apiVersion, plural, name, namespaced, of);
    }

    /** {@code v1}, or group/version. */
    public String apiVersion() {
        return apiVersion;
    }

    /** The plural name in paths. */
    public String plural() {
        return plural;
    }

    public boolean namespaced() {
        return namespaced;
    }

    /** From an object to a row; throws IllegalArgumentException with a sentence about a field that it cannot take. */
    public Function<Document, R> decoder() {
        return decoder;
    }

    public Table<PodKey, R> table() {
        return table;
    }

    @Override
    public String toString() {
        return plural + "." + apiVersion + (part.isEmpty() ? "" : "#" + part);
    }
}
