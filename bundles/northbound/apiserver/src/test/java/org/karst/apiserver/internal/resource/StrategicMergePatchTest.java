package org.karst.apiserver.internal.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.karst.apiserver.TestClient;

/** The lists {@code l} (by {@code n}), {@code l.p} (by {@code n}) and the set {@code s} are merged; {@code a} is replaced. */
class StrategicMergePatchTest {
    private static final MergeLists LISTS = new MergeLists(Map.of("l", "n", "l.p", "n", "s", "", "m.l", "n"));

    private static JsonNode apply(String target, String patch) {
        return StrategicMergePatch.apply(LISTS, TestClient.json(target), TestClient.json(patch));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // as a merge patch
                "{'x':1,'y':{'z':2}} | {'x':null,'y':{'w':3}} | {'y':{'z':2,'w':3}}",
                "{'a':[1,2]} | {'a':[3]} | {'a':[3]}",
                "{'x':1} | {'y':{'z':null,'w':1}} | {'x':1,'y':{'w':1}}",
                // directives of maps
                "{'y':{'z':2}} | {'y':{'$patch':'replace','w':3}} | {'y':{'w':3}}",
                "{'y':{'z':2}} | {'y':{'$patch':'delete'}} | {'y':{}}",
                "{'y':{'z':2,'w':1}} | {'y':{'$retainKeys':['z','v'],'v':3}} | {'y':{'z':2,'v':3}}",
                // lists of objects
                "{'l':[{'n':'a','v':1},{'n':'b'}]} | {'l':[{'n':'a','w':2}]} | {'l':[{'n':'a','v':1,'w':2},{'n':'b'}]}",
                "{'l':[{'n':'a'}]} | {'l':[{'n':'b','$patch':'merge'}]} | {'l':[{'n':'b'},{'n':'a'}]}",
                "{'l':[{'n':'a'},{'n':'b'}]} | {'l':[{'n':'a','$patch':'delete'}]} | {'l':[{'n':'b'}]}",
                "{'l':[{'n':'a'}]} | {'l':[{'$patch':'replace'},{'n':'b'}]} | {'l':[{'n':'b'}]}",
                "{} | {'l':[{'n':'b','x':null},{'n':'c','$patch':'delete'}]} | {'l':[{'n':'b'}]}",
                "{'l':[{'n':'a','p':[{'n':1,'v':1}]}]} | {'l':[{'n':'a','p':[{'n':1,'w':2}]}]} |"
                        + " {'l':[{'n':'a','p':[{'n':1,'v':1,'w':2}]}]}",
                "{'m':{'l':[{'n':'a'}]}} | {'m':{'l':[{'n':'a','v':1}]}} | {'m':{'l':[{'n':'a','v':1}]}}",
                // order
                "{'l':[{'n':'a'},{'n':'b'},{'n':'c'}]} | {'$setElementOrder/l':[{'n':'c'},{'n':'a'}]} |"
                        + " {'l':[{'n':'b'},{'n':'c'},{'n':'a'}]}",
                "{'l':[{'n':'a'},{'n':'b'}]} | {'$setElementOrder/l':[{'n':'x'},{'n':'b'},{'n':'a'}],'l':[{'n':'x'}]}"
                        + " | {'l':[{'n':'x'},{'n':'b'},{'n':'a'}]}",
                // sets
                "{'s':['a','b']} | {'s':['c','a']} | {'s':['c','a','b']}",
                "{'s':['a','b']} | {'$deleteFromPrimitiveList/s':['a']} | {'s':['b']}",
                "{'s':['a','b']} | {'$deleteFromPrimitiveList/s':['a'],'$setElementOrder/s':['c','b'],'s':['c']} |"
                        + " {'s':['c','b']}",
                "{'metadata':{'finalizers':['x']}} |"
                        + " {'metadata':{'finalizers':['y'],'$setElementOrder/finalizers':['x','y']}} |"
                        + " {'metadata':{'finalizers':['x','y']}}"
            })
    void mergesAsTheKindSays(String target, String patch, String result) {
        JsonNode before = TestClient.json(target);
        assertThat(apply(target, patch)).isEqualTo(TestClient.json(result));
        assertThat(TestClient.json(target)).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'y':{'$patch':'dance'}} | unknown patch type found: dance",
                "{'l':[{'v':1}]} | does not contain the merge key n",
                "{'l':[1]} | an element of the patch is no object",
                "{'$retainKeys':['x'],'y':1} | retainKeys should contain all the keys",
                "[] | must be a JSON object"
            })
    void refusesWhatDoesNotFit(String patch, String why) {
        assertThatThrownBy(() -> apply("{'l':[{'n':'a'}],'y':{}}", patch))
                .isInstanceOf(Rejection.class)
                .hasMessageContaining(why);
    }
}
