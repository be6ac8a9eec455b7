#pragma once

#include "core/enum_names.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

enum class PersonalDataKind { email, phone, card, iban, ip_address, ssn };
template <>
inline constexpr auto kEnumNames<PersonalDataKind> =
    enum_names<PersonalDataKind>({{PersonalDataKind::email, "email"},
                                  {PersonalDataKind::phone, "phone"},
                                  {PersonalDataKind::card, "card"},
                                  {PersonalDataKind::iban, "iban"},
                                  {PersonalDataKind::ip_address, "ip_address"},
                                  {PersonalDataKind::ssn, "ssn"}});

struct MaskedText {
  std::string text;                     // "call me at [phone]"
  std::vector<PersonalDataKind> found;  // one for each place, in order
};

// Replaces what points to one person by the name of its kind in brackets; nullopt where there is
// nothing of the sort. Masking a masked text changes nothing.
//
// Found are: e-mail addresses; phone numbers that begin with +, 00, 0 or an area code in
// parentheses, and North American ones in groups (8 to 15 digits); payment cards (13 to 19 digits
// that pass ISO/IEC 7812's check digit); IBANs (length by country and ISO 7064 check digits); IPv4
// and IPv6 addresses; US social security numbers in groups.
// Left alone on purpose: names and postal addresses, which no pattern tells from other words;
// dates, amounts and order numbers; and @handles, which in answers about creators name the public
// account that was asked about.
std::optional<MaskedText> mask_personal_data(std::string_view text);

}  // namespace muster
