package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

/** What fails in advance is passed over there, so that here it must not. */
class WarmUpTest {

    @Test
    void whatIsLoadedInAdvanceCanBe() {
        assertThatCode(WarmUp::forQuestions).doesNotThrowAnyException();
        assertThatCode(WarmUp::forAnswers).doesNotThrowAnyException();
    }
}
