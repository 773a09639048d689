package imgurcaravan.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A third of all requests, every kind of it, and the same for the same seed. */
class HostilityTest {

    private static List<Answer> answers(long seed) {
        Hostility hostility = new Hostility(seed);
        List<Answer> answers = new ArrayList<>();
        for (int number = 0; number < 1_000; number++) {
            ListedImage image = new ListedImage(String.format("i%06d", number), "image/jpeg", 5_000, number, Fate.HERE);
            hostility.image(image);
            hostility.image(image);
            image.given().forEach(given -> answers.add(given.answer()));
        }
        return answers;
    }

    @Test
    void aThirdIsHostileInEveryWay() {
        List<Answer> answers = answers(1);

        Set<Answer> kinds = EnumSet.copyOf(answers);
        assertThat(kinds).contains(Answer.WHOLE).containsAll(Answer.HOSTILE).hasSize(1 + Answer.HOSTILE.size());
        assertThat(answers.stream().filter(answer -> answer != Answer.WHOLE).count())
                .isCloseTo(answers.size() / 3L, within(60L));
    }

    @Test
    void theSeedDecides() {
        assertThat(answers(7)).isEqualTo(answers(7)).isNotEqualTo(answers(8));
    }
}
