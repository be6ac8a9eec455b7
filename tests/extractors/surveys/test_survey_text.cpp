#include "extractors/surveys/plain_text.h"

#include <catch2/catch.hpp>

using namespace muster;

TEST_CASE("titles lose their markup and keep their words") {
  CHECK(plain_title("<span style=\"x\">How&nbsp;likely</span> are&#160;you<br/>to buy &amp; keep?",
                    Markup::html) == "How likely are you to buy & keep?");
  CHECK(plain_title("How would you rate *beans on toast*?", Markup::markdown) ==
        "How would you rate beans on toast?");
  CHECK(plain_title("_Really_, **really** [here](https://example.org)?", Markup::markdown) ==
        "Really, really here?");
  CHECK(plain_title("Line one\n\n  line two\t", Markup::markdown) == "Line one line two");
  CHECK(plain_title("Caf\xC2\xA0 noir", Markup::html) == "Caf noir");
}

TEST_CASE("piped references become an ellipsis") {
  CHECK(plain_title("Hi {{field:name_ref}}, you came from {{hidden:utm_source}}",
                    Markup::markdown) == "Hi …, you came from …");
  CHECK(plain_title("You chose ${q://QID1/ChoiceGroup/SelectedChoices}. Why?", Markup::html) ==
        "You chose …. Why?");
  CHECK(plain_title("Dear {TOKEN:FIRSTNAME}", Markup::html) == "Dear …");
  CHECK(plain_title("A set {a, b}", Markup::html) == "A set {a, b}");
  CHECK(plain_title("open {{never closed", Markup::markdown) == "open {{never closed");
}

TEST_CASE("signs that are no markup stay") {
  CHECK(plain_title("2 * 3 * 4", Markup::markdown) == "2 * 3 * 4");
  CHECK(plain_title("snake_case_name", Markup::markdown) == "snake_case_name");
  CHECK(plain_title("< 5 years", Markup::html) == "< 5 years");
  CHECK(plain_title("&lt;b&gt; is a tag", Markup::html) == "<b> is a tag");
  CHECK(plain_title("AT&T; &unknown; &#xZZ;", Markup::html) == "AT&T; &unknown; &#xZZ;");
  CHECK(plain_title("bad &#xD800; code", Markup::html) == "bad \xEF\xBF\xBD code");
}

TEST_CASE("a recommendation is recognized in several languages and not in other words") {
  CHECK(asks_recommendation("How likely are you to recommend us?"));
  CHECK(asks_recommendation("¿Qué tan probable es que recomiendes R?"));
  CHECK(asks_recommendation("Würden Sie uns weiterempfehlen?"));
  CHECK(asks_recommendation("Q5_NPS"));
  CHECK_FALSE(asks_recommendation("How likely are you to buy?"));
  CHECK_FALSE(asks_recommendation("snpsy"));
}
