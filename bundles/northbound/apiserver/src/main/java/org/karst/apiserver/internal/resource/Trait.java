package org.karst.apiserver.internal.resource;

/** What sets the resources apart from each other, as the strategies of the real API server do. */
public enum Trait {
    /** Objects live in a namespace. */
    NAMESPACED,
    /** There is a {@code status} subresource; writes of the object itself do not touch its status. */
    STATUS,
    /** A new object may bring its status. */
    STATUS_ON_CREATE,
    /** {@code metadata.generation} counts the changes outside metadata and status. */
    GENERATION,
    /** A replace without a resourceVersion overwrites whatever is there. */
    UNCONDITIONAL_UPDATE,
    /** A replace of a missing object creates it. */
    CREATE_ON_UPDATE,
    /** A deletion answers with the object and not with a {@code Status}. */
    RETURNS_DELETED,
    /** The name of the object is a namespace; its deletion takes the content with it. */
    CONTAINER,
    /** Each object brings a resource: a CustomResourceDefinition. */
    DEFINES_RESOURCE,
    /** Brought by such an object. */
    CUSTOM,
    /** Each object is a question, which is answered and not kept. */
    REVIEW,
    /** The shape has all fields, so that others can be told to who asks for that ({@code fieldValidation}). */
    WHOLE_SHAPE
}
