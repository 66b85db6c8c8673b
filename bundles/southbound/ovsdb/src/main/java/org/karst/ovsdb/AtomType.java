package org.karst.ovsdb;

/** The five kinds of atom that a schema knows (RFC 7047 section 3.2, {@code <atomic-type>}). */
public enum AtomType {
    /** Signed, 64 bits. */
    INTEGER("integer"),
    /** Finite double. */
    REAL("real"),
    /** True or false. */
    BOOLEAN("boolean"),
    /** Unicode text. */
    STRING("string"),
    /** Reference to a row. */
    UUID("uuid");

    private final String schemaName;

    AtomType(String schemaName) {
        this.schemaName = schemaName;
    }

    /** The name in a schema. */
    public String schemaName() {
        return schemaName;
    }

    /** The value of a column that was never set (RFC 7047 section 5.2.1). */
    public Atom defaultAtom() {
        return switch (this) {
            case INTEGER -> new Atom.Int(0);
            case REAL -> new Atom.Real(0.0);
            case BOOLEAN -> new Atom.Bool(false);
            case STRING -> new Atom.Text("");
            case UUID -> new Atom.Uuid(new java.util.UUID(0, 0));
        };
    }

    /**
     * The type of that name in a schema.
     *
     * @throws OvsdbException if there is none
     */
    public static AtomType named(Object name) {
        for (AtomType type : values()) {
            if (type.schemaName.equals(name)) {
                return type;
            }
        }
        throw OvsdbException.malformed("an atomic type", name);
    }
}
