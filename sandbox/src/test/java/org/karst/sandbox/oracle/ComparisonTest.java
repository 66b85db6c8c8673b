package org.karst.sandbox.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

/** What counts as a difference, and what a server may choose for itself. */
class ComparisonTest {
    private static JsonNode json(String text) throws JsonProcessingException {
        return new ObjectMapper().readTree(text.replace('\'', '"'));
    }

    @Test
    void whatAServerChoosesIsNoDifference() throws Exception {
        assertThat(Comparison.of(
                        json("{'metadata':{'uid':'1','resourceVersion':'7','creationTimestamp':'2026-01-01T00:00:00Z',"
                                + "'generateName':'made-','name':'made-abcde'}}"),
                        json("{'metadata':{'uid':'2','resourceVersion':'9','creationTimestamp':'2026-01-02T00:00:00Z',"
                                + "'generateName':'made-','name':'made-vwxyz'}}")))
                .isEmpty();
        assertThat(Comparison.of(
                        json("{'message':'UID 11111111-1111-1111-1111-111111111111, too large resource version: 9'}"),
                        json("{'message':'UID 22222222-2222-2222-2222-222222222222, too large resource version: 8'}")))
                .isEmpty();
        assertThat(Comparison.of(json("{'rows':[{'cells':['a','2m3s']}]}"), json("{'rows':[{'cells':['a','5s']}]}")))
                .isEmpty();
    }

    @Test
    void thatItChoosesAtAllIsCompared() throws Exception {
        assertThat(Comparison.of(json("{'metadata':{'uid':'1'}}"), json("{'metadata':{}}")))
                .containsExactly(new Difference("body.metadata.uid", "\"(set)\"", Difference.ABSENT));
    }

    @Test
    void managersStandInAnyOrderButAreCompared() throws Exception {
        JsonNode one = json("{'managedFields':[{'manager':'a','time':'1'},{'manager':'b','time':'2'}]}");
        assertThat(Comparison.of(
                        one, json("{'managedFields':[{'manager':'b','time':'1'},{'manager':'a','time':'1'}]}")))
                .isEmpty();
        assertThat(Comparison.of(
                        one, json("{'managedFields':[{'manager':'b','time':'1'},{'manager':'c','time':'1'}]}")))
                .isNotEmpty();
    }

    @Test
    void statusWarningAndEachPlaceOfTheBodyAreTold() throws Exception {
        assertThat(Comparison.of(
                        new Answer(200, "", json("{'spec':{'list':[1,2]},'kind':'Pod'}")),
                        new Answer(201, "299 - x", json("{'spec':{'list':[1,3],'more':true},'kind':'Pod'}"))))
                .extracting(Difference::path)
                .containsExactly("status", "warning", "body.spec.list[1]", "body.spec.more");
    }
}
