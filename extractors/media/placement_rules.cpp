#include "extractors/media/placement_rules.h"

#include "core/text.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace muster {
namespace {

// "300,000,000", "29.97", "0.5": at most three digits after the point.
std::string format_number(double number) {
  std::string text = fmt::format("{:.3f}", number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') {
    text.pop_back();
  }
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::size_t first_digit = number < 0 ? 1 : 0;
  for (std::size_t i = point; i > first_digit + 3; i -= 3) {
    text.insert(i - 3, ",");
  }
  return text;
}

std::string format_megabits(double bits) {
  return format_number(std::round(bits / 1e4) / 1e2) + " Mb/s";
}

// A size as people say it, but exact where rounding would hide the difference to a limit:
// 300,000,001 bytes are not "300 MB".
std::string format_size(double bytes) {
  const double rounded = std::round(bytes / 1e5) * 1e5;
  return bytes >= 1e6 && rounded == bytes ? format_number(bytes / 1e6) + " MB"
         : bytes >= 1e6                   ? fmt::format("{} ({} bytes)",
                                      format_bytes(static_cast<std::uint64_t>(bytes)),
                                      format_number(bytes))
                                          : format_bytes(static_cast<std::uint64_t>(bytes));
}

// Of words in the plural.
bool is_counted(std::string_view unit) {
  return unit == "characters" || unit == "hashtags" || unit == "mentions" || unit == "files" ||
         unit == "channels";
}

// A number of the property as a sentence says it.
std::string with_unit(double number, Property property) {
  switch (property) {
    case Property::byte_size:
      return format_size(number);
    case Property::aspect:
      return aspect_name(number);
    case Property::bit_rate:
      return format_megabits(number);
    default: {
      std::string_view unit = unit_of(property);
      if (number == 1 && is_counted(unit)) {
        unit.remove_suffix(1);
      }
      return unit.empty() ? format_number(number)
                          : fmt::format("{} {}", format_number(number), unit);
    }
  }
}

// One end of a limit, in binary units where its source counts in those: "8 MiB (8,388,608 bytes)".
std::string end_of(const Limit& limit, double number, Property property) {
  constexpr std::pair<std::string_view, double> kBinary[] = {
      {"KiB", 1024}, {"MiB", 1024.0 * 1024}, {"GiB", 1024.0 * 1024 * 1024}};
  for (const auto& [name, bytes] : kBinary) {
    if (limit.stated_unit == name) {
      return fmt::format(
          "{} {} ({} bytes)", format_number(number / bytes), name, format_number(number));
    }
  }
  return with_unit(number, property);
}

Measurement known_number(double number, Property property) {
  Measurement measurement;
  measurement.state = Measurement::State::known;
  measurement.number = number;
  measurement.measured = format_number(number);
  measurement.shown = with_unit(number, property);
  return measurement;
}

Measurement known_value(std::string value) {
  Measurement measurement;
  measurement.state = Measurement::State::known;
  measurement.measured = value;
  measurement.shown = value;
  measurement.value = std::move(value);
  return measurement;
}

Measurement unknown(std::string why) {
  Measurement measurement;
  measurement.why = std::move(why);
  return measurement;
}

Measurement no_matter(std::string why) {
  Measurement measurement;
  measurement.state = Measurement::State::no_matter;
  measurement.why = std::move(why);
  return measurement;
}

template <typename T>
Measurement number_or_unknown(const std::optional<T>& number, Property property, double scale = 1) {
  if (!number) {
    return unknown(fmt::format("{} is not known", noun_of(property)));
  }
  return known_number(static_cast<double>(*number) * scale, property);
}

Measurement pixels_or_unknown(int pixels, Property property) {
  return number_or_unknown(pixels > 0 ? std::optional(pixels) : std::nullopt, property);
}

Measurement value_or_unknown(const std::string& value, Property property) {
  return value.empty() ? unknown(fmt::format("{} is not known", noun_of(property)))
                       : known_value(value);
}

Measurement flag_or_unknown(const std::optional<bool>& flag, Property property) {
  return flag ? known_value(*flag ? "true" : "false")
              : unknown(fmt::format("{} is not known", noun_of(property)));
}

Measurement measure_flag(const std::optional<bool>& flag,
                         const MediaFacts& facts,
                         Property property) {
  if (facts.type != MediaType::mp4 && facts.type != MediaType::mov) {
    return no_matter("only MP4 and MOV files have it");
  }
  return flag_or_unknown(flag, property);
}

Measurement measure_aspect(const MediaFacts& facts) {
  if (facts.width <= 0 || facts.height <= 0) {
    return unknown("the shape is not known");
  }
  const double aspect = static_cast<double>(facts.width) / facts.height;
  Measurement measurement = known_number(aspect, Property::aspect);
  measurement.measured = fmt::format("{} ({:.4f})", aspect_name(aspect), aspect);
  measurement.shown = fmt::format("{} ({}x{} px)", measurement.measured, facts.width, facts.height);
  return measurement;
}

Measurement measure_video(Property property, const MediaFacts& facts) {
  if (facts.kind() == MediaKind::image) {
    return no_matter("a picture has none");
  }
  switch (property) {
    case Property::audio_codec:
      return facts.has_audio == false ? no_matter("the video has no sound")
                                      : value_or_unknown(facts.audio_codec, property);
    case Property::duration:
      return number_or_unknown(facts.duration_ms, property, 0.001);
    case Property::frame_rate:
      return number_or_unknown(facts.frame_rate, property);
    case Property::bit_rate:
      return number_or_unknown(facts.bit_rate, property);
    case Property::moov_first:
      return measure_flag(facts.moov_first, facts, property);
    case Property::has_audio:
      return flag_or_unknown(facts.has_audio, property);
    case Property::fixed_rate:
      return flag_or_unknown(
          facts.variable_frame_rate ? std::optional(!*facts.variable_frame_rate) : std::nullopt,
          property);
    case Property::audio_channels:
      return facts.has_audio == false ? no_matter("the video has no sound")
                                      : number_or_unknown(facts.audio_channels, property);
    case Property::audio_sample_rate:
      return facts.has_audio == false ? no_matter("the video has no sound")
                                      : number_or_unknown(facts.audio_sample_rate, property);
    default:
      return measure_flag(facts.edit_list, facts, property);
  }
}

bool keeps_range(const Limit& limit, double low, double high) {
  return (!limit.min || high >= *limit.min) && (!limit.max || low <= *limit.max);
}

// The sides of a picture are whole pixels, so 1080x565 is what 1.91:1 comes to.
bool keeps_aspect(const Limit& limit, const MediaFacts& facts) {
  const double width = facts.width;
  const double height = facts.height;
  const bool upright = width < height;
  const double low = upright ? (width - 0.5) / height : width / (height + 0.5);
  const double high = upright ? (width + 0.5) / height : width / (height - 0.5);
  return keeps_range(limit, low, high);
}

std::string join_values(const std::vector<std::string>& values) {
  if (values.size() < 2) {
    return join(values, "");
  }
  return fmt::format(
      "{} or {}", join(std::span(values).first(values.size() - 1), ", "), values.back());
}

// Whole pixels, and for videos an even number of them: 4:2:0 pictures have no others.
int even(double pixels, const MediaFacts& facts) {
  const int floor = static_cast<int>(std::floor(pixels + 1e-9));
  return facts.kind() == MediaKind::video ? floor / 2 * 2 : floor;
}

// A size that keeps the limit: what is left after cropping, or for one exact shape that shape with
// a shorter side of 1080 px.
std::string example_size(const Limit& limit, const MediaFacts& facts) {
  double width = even(facts.width, facts);
  double height = even(facts.height, facts);
  if (limit.min && limit.max && *limit.max - *limit.min < 1e-6) {
    width = *limit.min < 1 ? 1080 : 1080 * *limit.min;
    height = *limit.min < 1 ? 1080 / *limit.min : 1080;
    width = std::round(width);
    height = std::round(height);
  } else if (limit.min && width / height < *limit.min) {
    height = width / *limit.min;
  } else if (limit.max && width / height > *limit.max) {
    width = height * *limit.max;
  }
  return fmt::format("{}x{}", even(width, facts), even(height, facts));
}

Suggestion suggest_size(const Limit& limit,
                        Property property,
                        double number,
                        const MediaFacts& facts) {
  const std::string_view side = property == Property::width ? "wide" : "high";
  if (limit.min && number < *limit.min) {
    return {fmt::format("Export it at least {} {}.", with_unit(*limit.min, property), side),
            "Take the original: enlarging a small copy does not help."};
  }
  const double scale = *limit.max / number;
  return {fmt::format("Scale it down to at most {} {}.", with_unit(*limit.max, property), side),
          fmt::format("For this file that is {}x{}.",
                      even(facts.width * scale, facts),
                      even(facts.height * scale, facts))};
}

Suggestion suggest_bytes(const Limit& limit, double bytes, const MediaFacts& facts) {
  if (limit.min && bytes < *limit.min) {
    return {fmt::format("Export it in better quality, with at least {}.", format_size(*limit.min)),
            ""};
  }
  Suggestion suggestion{fmt::format("Export it with at most {}.", format_size(*limit.max)), ""};
  if (facts.duration_ms && *facts.duration_ms > 0) {
    const double seconds = static_cast<double>(*facts.duration_ms) / 1000;
    // Two percent are left for the container.
    const double bits = std::floor(*limit.max * 8 * 0.98 / seconds / 1e4) * 1e4;
    suggestion.detail = fmt::format(
        "At {} s that is a bit rate below {}.", format_number(seconds), format_megabits(bits));
  }
  return suggestion;
}

Suggestion suggest_duration(const Limit& limit, double seconds) {
  if (limit.min && seconds < *limit.min) {
    return {
        fmt::format("Make it last at least {}.", with_unit(*limit.min, Property::duration)),
        fmt::format("It is {} too short.", with_unit(*limit.min - seconds, Property::duration))};
  }
  return {fmt::format("Cut it to at most {}.", with_unit(*limit.max, Property::duration)),
          fmt::format("It is {} too long.", with_unit(seconds - *limit.max, Property::duration))};
}

Suggestion suggest_count(const Limit& limit, Property property, double count) {
  const std::string range = describe(limit, property);
  if (limit.min && count < *limit.min) {
    return {fmt::format("Have {}.", range),
            fmt::format("Add {}.", with_unit(*limit.min - count, property))};
  }
  return {fmt::format("Keep {}.", range),
          fmt::format("Leave out {}.", with_unit(count - *limit.max, property))};
}

}  // namespace

bool is_submission_property(Property property) {
  return property == Property::caption_units || property == Property::hashtags ||
         property == Property::mentions || property == Property::items;
}

bool has_shape(const MediaFacts& facts, Shape shape) {
  if (shape == Shape::any) {
    return true;
  }
  // One percent off square is square: encoders round to even sides.
  constexpr double kSquareTolerance = 0.01;
  const double aspect = facts.height > 0 ? static_cast<double>(facts.width) / facts.height : 0;
  if (aspect <= 0) {
    return false;
  }
  const Shape actual = std::abs(aspect - 1) <= kSquareTolerance ? Shape::square
                       : aspect < 1                             ? Shape::upright
                                                                : Shape::wide;
  return actual == shape;
}

std::string_view unit_of(Property property) {
  switch (property) {
    case Property::byte_size:
      return "bytes";
    case Property::width:
    case Property::height:
      return "px";
    case Property::duration:
      return "s";
    case Property::frame_rate:
      return "fps";
    case Property::bit_rate:
      return "bits/s";
    case Property::caption_units:
      return "characters";
    case Property::hashtags:
      return "hashtags";
    case Property::mentions:
      return "mentions";
    case Property::items:
      return "files";
    case Property::audio_channels:
      return "channels";
    case Property::audio_sample_rate:
      return "Hz";
    default:
      return "";
  }
}

std::string_view noun_of(Property property) {
  switch (property) {
    case Property::media_type:
      return "the file type";
    case Property::codec:
      return "the encoding";
    case Property::audio_codec:
      return "the encoding of the sound";
    case Property::byte_size:
      return "the file size";
    case Property::width:
      return "the width";
    case Property::height:
      return "the height";
    case Property::aspect:
      return "the shape";
    case Property::duration:
      return "the duration";
    case Property::frame_rate:
      return "the frame rate";
    case Property::bit_rate:
      return "the bit rate";
    case Property::moov_first:
      return "whether the index comes first";
    case Property::edit_list:
      return "whether there is an edit list";
    case Property::caption_units:
      return "the length of the caption";
    case Property::hashtags:
      return "the number of hashtags";
    case Property::mentions:
      return "the number of mentions";
    case Property::items:
      return "the number of files";
    case Property::pixel_format:
      return "the pixel format";
    case Property::color_space:
      return "the color space";
    case Property::fixed_rate:
      return "whether all frames last equally long";
    case Property::has_audio:
      return "whether there is sound";
    case Property::audio_channels:
      return "the number of sound channels";
    case Property::audio_sample_rate:
      break;
  }
  return "the sample rate of the sound";
}

std::string aspect_name(double aspect) {
  for (int height = 1; height <= 21; ++height) {
    const double width = aspect * height;
    if (std::round(width) >= 1 && width < 21.5 &&
        std::abs(width - std::round(width)) < 1e-6 * width) {
      return fmt::format("{}:{}", std::lround(width), height);
    }
  }
  return aspect >= 1 ? fmt::format("{:.4g}:1", aspect) : fmt::format("1:{:.4g}", 1 / aspect);
}

Measurement measure(Property property, const MediaFacts& facts) {
  switch (property) {
    case Property::media_type:
      return facts.type == MediaType::unknown ? unknown("the file type is not known")
                                              : known_value(std::string(to_string(facts.type)));
    case Property::codec:
      return value_or_unknown(facts.codec, property);
    case Property::pixel_format:
      return value_or_unknown(facts.pixel_format, property);
    case Property::color_space:
      return value_or_unknown(facts.color_space, property);
    case Property::byte_size:
      return known_number(static_cast<double>(facts.byte_size), property);
    case Property::width:
      return pixels_or_unknown(facts.width, property);
    case Property::height:
      return pixels_or_unknown(facts.height, property);
    case Property::aspect:
      return measure_aspect(facts);
    default:
      return measure_video(property, facts);
  }
}

Measurement measure(Property property,
                    const Caption& caption,
                    std::string_view text,
                    std::size_t items) {
  switch (property) {
    case Property::items:
      return known_number(static_cast<double>(items), property);
    case Property::hashtags:
      return known_number(static_cast<double>(count_tokens(caption, TokenKind::hashtag)), property);
    case Property::mentions:
      return known_number(static_cast<double>(count_tokens(caption, TokenKind::mention)), property);
    default:
      return known_number(static_cast<double>(count_utf16_units(text)), property);
  }
}

bool keeps(const Limit& limit,
           Property property,
           const Measurement& measurement,
           const MediaFacts& facts) {
  if (!limit.values.empty()) {
    return std::any_of(limit.values.begin(), limit.values.end(), [&](const std::string& value) {
      return equals_ignoring_case_ascii(value, measurement.value);
    });
  }
  if (property == Property::aspect) {
    return keeps_aspect(limit, facts);
  }
  const double slack = property == Property::frame_rate ? 0.001 : 0;
  return keeps_range(limit, *measurement.number * (1 - slack), *measurement.number * (1 + slack));
}

std::string describe(const Limit& limit, Property property) {
  if (!limit.values.empty()) {
    return join_values(limit.values);
  }
  if (limit.min && limit.max) {
    const std::string min = end_of(limit, *limit.min, property);
    const std::string max = end_of(limit, *limit.max, property);
    return min == max ? min : fmt::format("between {} and {}", min, max);
  }
  if (limit.min) {
    return "at least " + end_of(limit, *limit.min, property);
  }
  return limit.max ? "at most " + end_of(limit, *limit.max, property) : "anything";
}

std::string threshold_of(const Limit& limit, Property property) {
  if (!limit.values.empty() || property == Property::aspect) {
    return describe(limit, property);
  }
  if (limit.min && limit.max) {
    return fmt::format("{} to {}", format_number(*limit.min), format_number(*limit.max));
  }
  if (limit.min) {
    return "at least " + format_number(*limit.min);
  }
  return limit.max ? "at most " + format_number(*limit.max) : "anything";
}

Suggestion suggest(const Limit& limit,
                   Property property,
                   const Measurement& measurement,
                   const MediaFacts& facts) {
  const double number = measurement.number.value_or(0);
  const std::string wanted = describe(limit, property);
  switch (property) {
    case Property::media_type:
    case Property::codec:
      return {fmt::format("Export it as {}.", wanted), ""};
    case Property::audio_codec:
      return {fmt::format("Export it with {} sound.", wanted), ""};
    case Property::byte_size:
      return suggest_bytes(limit, number, facts);
    case Property::width:
    case Property::height:
      return suggest_size(limit, property, number, facts);
    case Property::aspect:
      return {fmt::format("Crop it to {}.", wanted),
              fmt::format("For this file that is e.g. {}.", example_size(limit, facts))};
    case Property::duration:
      return suggest_duration(limit, number);
    case Property::frame_rate:
    case Property::bit_rate:
      return {fmt::format("Export it at {}.", wanted), ""};
    case Property::moov_first:
      return {
          "Export it with fast start or web optimization on, so that the index comes first "
          "(ffmpeg -i IN -c copy -movflags +faststart OUT).",
          ""};
    case Property::edit_list:
      return {"Export it without an edit list (ffmpeg -i IN -c copy -use_editlist 0 OUT).", ""};
    case Property::pixel_format:
      return {"Export it with 4:2:0 color (ffmpeg: -pix_fmt yuv420p).", ""};
    case Property::color_space:
      return {fmt::format("Convert its colors to {} when you export it.", wanted), ""};
    case Property::fixed_rate:
      return {"Export it with a fixed frame rate.", ""};
    case Property::has_audio:
      return {"Export it with sound.", ""};
    case Property::audio_sample_rate:
      return {fmt::format("Export the sound at {}.", wanted), ""};
    case Property::audio_channels:
    case Property::caption_units:
    case Property::hashtags:
    case Property::mentions:
    case Property::items:
      break;
  }
  return suggest_count(limit, property, number);
}

}  // namespace muster
