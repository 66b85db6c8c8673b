package org.karst.apiserver.internal.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The resources that there are at one moment; immutable. */
public final class Resources {
    private final List<ResourceDefinition> all;
    private final List<ResourceDefinition> stored;

    /**
     * @param all each version that is served, in the order of discovery
     * @param stored the version of each resource that is stored, served or not
     */
    public Resources(List<ResourceDefinition> all, List<ResourceDefinition> stored) {
        this.all = List.copyOf(all);
        this.stored = List.copyOf(stored);
    }

    /** All definitions in the order of discovery. */
    public List<ResourceDefinition> all() {
        return all;
    }

    /** The definition of a plural in a group and version. */
    public Optional<ResourceDefinition> find(String group, String version, String plural) {
        return all.stream()
                .filter(type -> type.plural().equals(plural)
                        && type.group().equals(group)
                        && type.version().equals(version))
                .findFirst();
    }

    /** The resource whose objects are namespaces. */
    public ResourceDefinition containers() {
        return all.stream()
                .filter(type -> type.has(Trait.CONTAINER))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no resource is a container of others"));
    }

    /** The resources whose objects live in namespaces, each once. */
    public List<ResourceDefinition> namespaced() {
        return stored.stream().filter(type -> type.has(Trait.NAMESPACED)).toList();
    }

    /** The resource of a plural and group, as it is stored. */
    public Optional<ResourceDefinition> stored(String qualified) {
        return stored.stream()
                .filter(type -> type.qualified().equals(qualified))
                .findFirst();
    }

    /** The groups in order, the core group first. */
    public List<String> groups() {
        List<String> groups = new ArrayList<>();
        all.forEach(type -> {
            if (!groups.contains(type.group())) {
                groups.add(type.group());
            }
        });
        return groups;
    }

    /** The versions of a group, the preferred one first. */
    public List<String> versions(String group) {
        return all.stream()
                .filter(type -> type.group().equals(group))
                .map(ResourceDefinition::version)
                .distinct()
                .toList();
    }

    /** The resources of a group and version. */
    public List<ResourceDefinition> in(String group, String version) {
        return all.stream()
                .filter(type -> type.group().equals(group) && type.version().equals(version))
                .toList();
    }
}
