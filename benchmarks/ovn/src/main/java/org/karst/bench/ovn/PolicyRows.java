package org.karst.bench.ovn;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.karst.ovsdb.Atom;
import org.karst.ovsdb.Condition;
import org.karst.ovsdb.Datum;
import org.karst.ovsdb.Mutation;
import org.karst.ovsdb.Operation;

/**
 * What ovn-kubernetes makes of NetworkPolicy in the northbound database (ovn-nb(5)): for a namespace an address set of its pods,
 * and a port group whose ACLs drop all but ARP and ND; for a policy a port group of the pods that it selects, with an ACL
 * that allows what its rule says.
 */
public final class PolicyRows {
    private static final String PORT_GROUP = "Port_Group";
    private static final String ADDRESS_SET = "Address_Set";
    private static final int DENY = 1000;
    private static final int ALLOW = 1001;

    private PolicyRows() {}

    private static String set(String namespace) {
        return "as_" + word(namespace);
    }

    private static String denied(String namespace) {
        return "deny_" + word(namespace);
    }

    private static String group(String policy) {
        return "pg_" + word(policy);
    }

    /** Names of sets and groups stand in expressions. */
    private static String word(String name) {
        return name.replace('-', '_');
    }

    /** A namespace whose pods are isolated. */
    public static List<Operation> namespace(String namespace, Collection<String> addresses, Collection<Datum> ports) {
        String group = denied(namespace);
        List<Operation> operations = new ArrayList<>();
        operations.add(Operation.insert(
                ADDRESS_SET,
                Map.of(
                        "name",
                        Datum.text(set(namespace)),
                        "addresses",
                        union(addresses.stream().map(Datum::text).toList()))));
        operations.add(acl("d_" + group, DENY, "outport == @" + group, "drop"));
        operations.add(acl("a_" + group, ALLOW, "outport == @" + group + " && (arp || nd)", "allow"));
        List<Datum> acls = List.of(Datum.named("d_" + group), Datum.named("a_" + group));
        operations.add(Operation.insert(
                group, PORT_GROUP, Map.of("name", Datum.text(group), "acls", union(acls), "ports", union(ports))));
        return operations;
    }

    private static Operation acl(String name, int priority, String match, String action) {
        return Operation.insert(
                name,
                "ACL",
                Map.of(
                        "direction", Datum.text("to-lport"),
                        "priority", Datum.integer(priority),
                        "match", Datum.text(match),
                        "action", Datum.text(action)));
    }

    /** A policy that admits TCP to a port from all pods of a namespace to these ports. */
    public static List<Operation> policy(String policy, String from, int port, Collection<Datum> ports) {
        String group = group(policy);
        List<Operation> operations = new ArrayList<>();
        operations.add(acl(
                "l_" + group,
                ALLOW,
                "ip4.src == {$" + set(from) + "} && tcp && tcp.dst == " + port + " && outport == @" + group,
                "allow-related"));
        operations.add(Operation.insert(
                group,
                PORT_GROUP,
                Map.of("name", Datum.text(group), "acls", Datum.named("l_" + group), "ports", union(ports))));
        return operations;
    }

    private static Datum union(Collection<Datum> sets) {
        List<Atom> atoms = new ArrayList<>();
        sets.forEach(set -> atoms.addAll(((Datum.AtomSet) set).atoms()));
        return new Datum.AtomSet(atoms);
    }

    private static Operation edit(String table, String name, Mutation mutation) {
        return Operation.mutate(table, Condition.equal("name", Datum.text(name)), List.of(mutation));
    }

    /** A pod comes into a namespace and under these policies. */
    public static List<Operation> join(String namespace, String address, Datum port, Collection<String> policies) {
        List<Operation> operations = new ArrayList<>();
        operations.add(enter(namespace, address));
        operations.add(edit(PORT_GROUP, denied(namespace), Mutation.insert("ports", port)));
        policies.forEach(policy -> operations.add(selected(policy, port, true)));
        return operations;
    }

    /** An address of a namespace is no longer in use; ports leave their groups by themselves. */
    public static Operation leave(String namespace, String address) {
        return edit(ADDRESS_SET, set(namespace), Mutation.delete("addresses", Datum.text(address)));
    }

    /** An address of a namespace is in use. */
    public static Operation enter(String namespace, String address) {
        return edit(ADDRESS_SET, set(namespace), Mutation.insert("addresses", Datum.text(address)));
    }

    /** A policy begins or ceases to select a pod. */
    public static Operation selected(String policy, Datum port, boolean yes) {
        return edit(PORT_GROUP, group(policy), yes ? Mutation.insert("ports", port) : Mutation.delete("ports", port));
    }

    /** A policy goes. */
    public static Operation remove(String policy) {
        return new Operation.Delete(PORT_GROUP, List.of(Condition.equal("name", Datum.text(group(policy)))));
    }

    /** All of it goes. */
    public static List<Operation> removeAll() {
        return List.of(new Operation.Delete(PORT_GROUP, List.of()), new Operation.Delete(ADDRESS_SET, List.of()));
    }
}
