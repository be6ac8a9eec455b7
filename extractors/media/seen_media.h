#pragma once

#include "core/fingerprint.h"
#include "core/media.h"
#include "core/media_origin.h"
#include "extractors/brand/brand_index.h"
#include "extractors/media/picture_measures.h"
#include "extractors/text/transcript.h"
#include "extractors/text_seen/wordmarks.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace muster {

// The brands found in one frame.
struct BrandsInFrame {
  std::int64_t time_ms = 0;
  std::int64_t duration_ms = 0;  // until the next frame of the file
  std::vector<BrandHit> hits;
};

// A line of text read in the pictures of a file.
struct SeenText {
  std::string text;       // as read, untrusted
  double confidence = 0;  // of the reader, 0..1
  Box box;                // largest extent over the frames that show it
  double contrast = 0;    // contrast ratio of its ink against its ground, 1 to 21
  TimeSpan time;          // from its first frame to the end of its last; empty for stills
  // Of its letters, from the highest to the lowest ink, as a share of the frame's height.
  double height = 0;
  // Four corners, clockwise from where it begins, in the frame at `read_at_ms`.
  std::vector<Point> outline = {};
  std::int64_t read_at_ms = 0;  // of the frame in which it was read best
};

// A QR code in the pictures of a file.
struct SeenCode {
  std::string text;  // what it says: untrusted, any bytes
  Box box;
  std::vector<Point> outline;  // four corners
  TimeSpan time;               // as SeenText::time
};

// What is known of a file once its pixels are gone: the checks' view of it. All that needs pixels
// is found by look_at(), one file after the other, so that the frames of at most one file are in
// memory, however many files a submission has.
struct SeenMedia {
  MediaFacts facts;
  // What went wrong in words that a creator understands, with what to send instead; empty when all
  // is well.
  std::string remedy;
  MediaOrigin origin = {};             // what the file says of itself
  std::optional<GeoPoint> place = {};  // where it says it was taken
  // Whether there was any picture to look at.
  bool has_pictures = false;
  // Why looking stopped half way (a defect of ours, never of the file); empty when it did not. What
  // was not seen then says nothing.
  std::string look_problem;

  // The lines of text in its pictures, from the top of the first to the bottom of the last; says
  // nothing where no text was looked for.
  std::vector<SeenText> texts;
  bool texts_were_read = false;
  // The QR codes in its pictures, by the time of their first frame.
  std::vector<SeenCode> codes = {};
  bool codes_were_read = false;
  // The brands' words among the texts, best score first.
  std::vector<WordmarkHit> wordmarks = {};
  // Why texts or codes were not read, with what to do about it: for the operator, not the creator.
  std::string texts_problem = {};
  std::string codes_problem = {};

  // What is said in it, where a transcript was sent with it. Exactly one of the two is there then;
  // neither where none was sent.
  std::optional<Transcript> transcript = {};
  std::string transcript_problem = {};  // why it can't be read, with its place

  // How its pictures are exposed, focused and framed; nullopt where there is none.
  std::optional<PictureMeasures> picture = {};

  // What it shows, to find it again elsewhere; nullopt where nothing could be decoded.
  std::optional<MediaFingerprint> fingerprint = {};

  // The frames that were searched for brands, in order of time; empty where the brief has no kit.
  std::vector<BrandsInFrame> brands;
};

}  // namespace muster
