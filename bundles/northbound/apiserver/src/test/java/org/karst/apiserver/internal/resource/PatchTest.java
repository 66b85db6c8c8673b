package org.karst.apiserver.internal.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.karst.apiserver.TestClient;

class PatchTest {
    /** The examples of RFC 7386, appendix A. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'a':'b'} | {'a':'c'} | {'a':'c'}",
                "{'a':'b'} | {'b':'c'} | {'a':'b','b':'c'}",
                "{'a':'b'} | {'a':null} | {}",
                "{'a':'b','b':'c'} | {'a':null} | {'b':'c'}",
                "{'a':['b']} | {'a':'c'} | {'a':'c'}",
                "{'a':'c'} | {'a':['b']} | {'a':['b']}",
                "{'a':{'b':'c'}} | {'a':{'b':'d','c':null}} | {'a':{'b':'d'}}",
                "{'a':[{'b':'c'}]} | {'a':[1]} | {'a':[1]}",
                "['a','b'] | ['c','d'] | ['c','d']",
                "{'a':'b'} | ['c'] | ['c']",
                "{'a':'foo'} | null | null",
                "{'e':null} | {'a':1} | {'e':null,'a':1}",
                "[1,2] | {'a':'b','c':null} | {'a':'b'}",
                "{} | {'a':{'bb':{'ccc':null}}} | {'a':{'bb':{}}}"
            })
    void mergesAsTheRfcSays(String target, String patch, String result) {
        assertThat(MergePatch.apply(TestClient.json(target), TestClient.json(patch)))
                .isEqualTo(TestClient.json(result));
    }

    /** Examples of RFC 6902, appendix A. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'foo':'bar'} | [{'op':'add','path':'/baz','value':'qux'}] | {'foo':'bar','baz':'qux'}",
                "{'foo':['bar','baz']} | [{'op':'add','path':'/foo/1','value':'qux'}] | {'foo':['bar','qux','baz']}",
                "{'baz':'qux','foo':'bar'} | [{'op':'remove','path':'/baz'}] | {'foo':'bar'}",
                "{'foo':['bar','qux','baz']} | [{'op':'remove','path':'/foo/1'}] | {'foo':['bar','baz']}",
                "{'baz':'qux','foo':'bar'} | [{'op':'replace','path':'/baz','value':'boo'}] | {'foo':'bar','baz':'boo'}",
                "{'foo':{'bar':'baz','waldo':'fred'},'qux':{'corge':'grault'}} | [{'op':'move','from':'/foo/waldo','path':'/qux/thud'}] | {'foo':{'bar':'baz'},'qux':{'corge':'grault','thud':'fred'}}",
                "{'foo':['all','grass','cows','eat']} | [{'op':'move','from':'/foo/1','path':'/foo/3'}] | {'foo':['all','cows','eat','grass']}",
                "{'baz':'qux','foo':['a',2,'c']} | [{'op':'test','path':'/baz','value':'qux'},{'op':'test','path':'/foo/1','value':2}] | {'baz':'qux','foo':['a',2,'c']}",
                "{'foo':'bar'} | [{'op':'add','path':'/child','value':{'grandchild':{}}}] | {'foo':'bar','child':{'grandchild':{}}}",
                "{'/':9,'~1':10} | [{'op':'test','path':'/~01','value':10}] | {'/':9,'~1':10}",
                "{'foo':['bar']} | [{'op':'add','path':'/foo/-','value':['abc','def']}] | {'foo':['bar',['abc','def']]}",
                "{'a':{'b':1}} | [{'op':'copy','from':'/a','path':'/c'}] | {'a':{'b':1},'c':{'b':1}}"
            })
    void appliesOperationsAsTheRfcSays(String target, String patch, String result) {
        assertThat(JsonPatch.apply(TestClient.json(target), TestClient.json(patch)))
                .isEqualTo(TestClient.json(result));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[{'op':'test','path':'/baz','value':'bar'}] | testing path /baz failed",
                "[{'op':'add','path':'/no/where','value':1}] | there is nothing at /no",
                "[{'op':'remove','path':'/no'}] | there is nothing at /no",
                "[{'op':'remove','path':''}] | the whole object cannot be removed",
                "[{'op':'add','path':'/list/5','value':1}] | invalid index",
                "[{'op':'add','path':'/list/01','value':1}] | invalid index",
                "[{'op':'dance','path':'/baz'}] | unexpected kind",
                "[{'op':'add','path':'baz','value':1}] | not a JSON pointer",
                "[{'op':'add','path':'/baz'}] | it has no value",
                "[{'op':'add','value':1}] | it has no path",
                "[{'op':'move','from':'/object','path':'/object/x'}] | into itself",
                "[7] | it has no path",
                "{} | must be an array"
            })
    void refusesWhatDoesNotFit(String patch, String why) {
        JsonNode target = TestClient.json("{'baz':'qux','list':[1,2],'object':{}}");
        assertThatThrownBy(() -> JsonPatch.apply(target, TestClient.json(patch)))
                .isInstanceOf(Rejection.class)
                .hasMessageContaining(why);
        assertThat(target).isEqualTo(TestClient.json("{'baz':'qux','list':[1,2],'object':{}}"));
    }

    /** Any difference between two objects without nulls can be said as a merge patch. */
    @Test
    void aMergePatchOfADifferenceGivesTheOther() {
        RandomGenerator random = RandomGeneratorFactory.of("SplittableRandom").create(3);
        for (int i = 0; i < 2000; i++) {
            ObjectNode from = randomObject(random, 3);
            ObjectNode to = randomObject(random, 3);
            ObjectNode untouched = from.deepCopy();
            assertThat(MergePatch.apply(from, difference(from, to))).isEqualTo(to);
            assertThat(from).isEqualTo(untouched);
        }
    }

    private static JsonNode difference(JsonNode from, JsonNode to) {
        if (!from.isObject() || !to.isObject()) {
            return to;
        }
        ObjectNode patch = Json.object();
        from.fieldNames().forEachRemaining(name -> {
            if (!to.has(name)) {
                patch.putNull(name);
            }
        });
        to.properties()
                .forEach(member ->
                        patch.set(member.getKey(), difference(from.path(member.getKey()), member.getValue())));
        return patch;
    }

    private static ObjectNode randomObject(RandomGenerator random, int depth) {
        ObjectNode object = Json.object();
        List<String> names = new ArrayList<>(List.of("a", "b", "c", "d"));
        for (String name : names) {
            switch (random.nextInt(depth > 0 ? 5 : 3)) {
                case 0 -> object.put(name, random.nextInt(3));
                case 1 -> object.putArray(name).add(random.nextInt(3));
                case 2 -> {}
                default -> object.set(name, randomObject(random, depth - 1));
            }
        }
        return object;
    }
}
