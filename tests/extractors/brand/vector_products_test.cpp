#include "extractors/brand/vector_products.h"

#include <catch2/catch.hpp>
#include <opencv2/core.hpp>

namespace muster {
namespace {

TEST_CASE("products of rows are those of cv::gemm, whatever the sizes") {
  cv::RNG random(7);
  for (const auto& [rows, columns, depth] : {std::tuple(1, 1, 1),
                                             std::tuple(4, 32, 128),
                                             std::tuple(7, 33, 128),
                                             std::tuple(54, 700, 128)}) {
    cv::Mat a(rows, depth, CV_32F);
    cv::Mat b(columns, depth, CV_32F);
    random.fill(a, cv::RNG::UNIFORM, -1, 1);
    random.fill(b, cv::RNG::UNIFORM, -1, 1);
    cv::Mat wanted;
    cv::gemm(a, b, 1, cv::noArray(), 0, wanted, cv::GEMM_2_T);
    const cv::Mat found = products_of_rows(a, b);
    REQUIRE(found.size() == wanted.size());
    CHECK(cv::norm(found, wanted, cv::NORM_INF) < 1e-4);
  }
}

TEST_CASE("products with nothing are nothing") {
  CHECK(products_of_rows(cv::Mat(0, 128, CV_32F), cv::Mat(3, 128, CV_32F)).empty());
  CHECK(products_of_rows(cv::Mat(3, 128, CV_32F), cv::Mat(0, 128, CV_32F)).empty());
}

}  // namespace
}  // namespace muster
