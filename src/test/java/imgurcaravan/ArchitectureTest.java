package imgurcaravan;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Dependencies go one way: the process does not know Imgur, images do not know galleries, and only the start knows the
 * demo. The component for Redis depends on no other package and is referred to only by its name.
 */
@AnalyzeClasses(packages = "imgurcaravan", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("imgurcaravan.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule runIsTheGround = noClasses()
            .that()
            .resideInAPackage("imgurcaravan.run..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "imgurcaravan.http..",
                    "imgurcaravan.state..",
                    "imgurcaravan.image..",
                    "imgurcaravan.gallery..",
                    "imgurcaravan.demo..");

    @ArchTest
    static final ArchRule theStateFileKnowsNoImages = noClasses()
            .that()
            .resideInAPackage("imgurcaravan.state..")
            .should()
            .dependOnClassesThat(resideInAPackage("imgurcaravan..")
                    .and(not(resideInAnyPackage("imgurcaravan.state..", "imgurcaravan.run..", "imgurcaravan.http.."))));

    @ArchTest
    static final ArchRule imagesKnowNoGallery = noClasses()
            .that()
            .resideInAPackage("imgurcaravan.image..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("imgurcaravan.gallery..", "imgurcaravan.demo..");

    @ArchTest
    static final ArchRule onlyTheStartKnowsTheDemo = noClasses()
            .that()
            .resideOutsideOfPackages("imgurcaravan.demo..", "imgurcaravan")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("imgurcaravan.demo..");

    @ArchTest
    static final ArchRule theRedisComponentStandsAlone = noClasses()
            .that()
            .resideInAPackage("imgurcaravan.redisstreams..")
            .should()
            .dependOnClassesThat(
                    resideInAPackage("imgurcaravan..").and(not(resideInAPackage("imgurcaravan.redisstreams.."))));

    @ArchTest
    static final ArchRule nobodyKnowsTheRedisComponent = noClasses()
            .that()
            .resideOutsideOfPackages("imgurcaravan.redisstreams..", "imgurcaravan.context..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("imgurcaravan.redisstreams..", "redis.clients..");

    @ArchTest
    static final ArchRule noDeserialization =
            noClasses().should().dependOnClassesThat().haveFullyQualifiedName("java.io.ObjectInputStream");

    @ArchTest
    static final ArchRule onlyTheStartPrintsPastTheLog = noClasses()
            .that()
            .doNotBelongToAnyOf(Application.class)
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    @ArchTest
    static final ArchRule exceptionsSaySo =
            classes().that().areAssignableTo(Throwable.class).should().haveSimpleNameEndingWith("Exception");

    @ArchTest
    static final ArchRule onlyTheStartEndsTheProcess = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(Application.class.getName())
            .should()
            .callMethod(System.class, "exit", int.class);

    @ArchTest
    static final ArchRule onlyTheStartChangesTheProcess = noClasses()
            .that()
            .doNotBelongToAnyOf(Application.class)
            .should()
            .callMethod(System.class, "setProperty", String.class, String.class)
            .orShould()
            .callMethod(Runtime.class, "addShutdownHook", Thread.class);

    @ArchTest
    static final ArchRule theRootIsTheStartAlone = classes()
            .that()
            .resideInAPackage("imgurcaravan")
            .should()
            .haveNameMatching("imgurcaravan\\.Application(\\$.*)?");

    @ArchTest
    static void noTwoClassesShareASimpleName(JavaClasses classes) {
        assertThat(classes.stream().map(JavaClass::getSimpleName).filter(name -> !name.isEmpty()))
                .filteredOn(name -> !name.equals("package-info"))
                .doesNotHaveDuplicates();
    }
}
