package org.karst.apiserver.internal.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The resources that are served at one moment; immutable. */
public final class Resources {
    private final List<ResourceDefinition> all;

    public Resources(List<ResourceDefinition> all) {
        this.all = List.copyOf(all);
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

    /** The resources whose objects live in namespaces. */
    public List<ResourceDefinition> namespaced() {
        return all.stream().filter(type -> type.has(Trait.NAMESPACED)).toList();
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
