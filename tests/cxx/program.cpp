// SPDX-License-Identifier: BSD-3-Clause
//
// What an ordinary C++17 program uses, each once. A line for each; the status is 0 if all hold.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <typeinfo>
#include <unordered_map>
#include <variant>
#include <vector>

namespace
{

using namespace std::chrono_literals;
namespace fs = std::filesystem;

int failures;

void
check(bool holds, const std::string &what)
{
	std::cout << what << (holds ? ": yes" : ": NO") << std::endl;
	failures += !holds;
}

struct Early {
	std::vector<int> numbers{1, 2, 3};
	~Early()
	{
		std::cout << "static object destroyed" << std::endl;
	}
} early;

std::atomic<int> gone;

struct PerThread {
	int value = 5;
	~PerThread()
	{
		gone++;
	}
};
thread_local PerThread per_thread;

struct Shape {
	virtual ~Shape() = default;
	virtual double area() const = 0;
};
struct Square : Shape {
	double side = 3;
	double
	area() const override
	{
		return side * side;
	}
};
struct Circle : Shape {
	double
	area() const override
	{
		return 1;
	}
};

struct Guard {
	int &count;
	~Guard()
	{
		count++;
	}
};

int unwound;

[[gnu::noinline]] int
descend(int depth)
{
	Guard guard{unwound};

	if (depth == 0)
		throw std::out_of_range("bottom");
	return descend(depth - 1) + 1;
}

void
exceptions()
{
	try {
		descend(10);
	} catch (const std::logic_error &error) {
		check(error.what() == std::string("bottom") && unwound == 11, "exception caught");
	}
	try {
		try {
			std::vector<int>().at(3);
		} catch (...) {
			std::throw_with_nested(std::runtime_error("outer"));
		}
	} catch (const std::exception &error) {
		bool inner = false;

		try {
			std::rethrow_if_nested(error);
		} catch (const std::out_of_range &) {
			inner = true;
		}
		check(inner, "nested exception");
	}
	try {
		throw 7;
	} catch (int number) {
		check(number == 7, "number thrown");
	}
}

void
types()
{
	std::unique_ptr<Shape> shape = std::make_unique<Square>();

	check(dynamic_cast<Square *>(shape.get()) && !dynamic_cast<Circle *>(shape.get()),
	      "dynamic_cast");
	check(typeid(*shape) == typeid(Square) && shape->area() == 9, "typeid");
	try {
		(void)dynamic_cast<Circle &>(*shape);
	} catch (const std::bad_cast &) {
		check(true, "bad_cast");
	}
}

void
threads()
{
	std::mutex lock;
	std::condition_variable filled;
	std::vector<std::thread> workers;
	long sum = 0;

	for (int i = 0; i < 8; i++)
		workers.emplace_back([&, i] {
			per_thread.value += i;
			std::lock_guard hold(lock);
			sum += per_thread.value;
			filled.notify_one();
		});
	{
		std::unique_lock hold(lock);
		check(filled.wait_for(hold, 20s, [&] { return sum == 8 * 5 + 28; }), "threads");
	}
	for (auto &worker : workers)
		worker.join();
	check(gone == 8 && per_thread.value == 5, "thread_local destroyed");

	auto task =
		std::async(std::launch::async, []() -> int { throw std::domain_error("task"); });
	try {
		task.get();
	} catch (const std::domain_error &) {
		check(true, "exception of another thread");
	}
	auto begin = std::chrono::steady_clock::now();
	std::this_thread::sleep_for(20ms);
	check(std::chrono::steady_clock::now() - begin >= 20ms, "steady_clock");
}

void
containers()
{
	std::map<std::string, int> ages{{"b", 2}, {"a", 1}};
	std::unordered_map<int, std::string> names{{1, "one"}};
	std::variant<int, std::string> either = "text";
	std::ostringstream out;

	for (const auto &[name, age] : ages)
		out << name << '=' << age << ' ';
	out << std::hex << 255 << ' ' << 1.5;
	check(out.str() == "a=1 b=2 ff 1.5", "streams");
	check(names.at(1) == "one" && std::get<std::string>(either) == "text", "containers");
	check(std::stod("2.25") == 2.25 && std::to_string(42) == "42", "numbers");
}

void
files()
{
	fs::create_directories("/data/deep");
	std::ofstream("/data/deep/file.txt") << "line one\nline two\n";
	std::ifstream in("/data/deep/file.txt");
	std::string line;
	std::error_code error;
	int entries = 0;

	check(std::getline(in, line) && line == "line one", "fstream");
	for (const auto &entry : fs::recursive_directory_iterator("/data"))
		entries += entry.is_regular_file() ? 10 : 1;
	check(entries == 11, "directories");
	check(fs::file_size("/data/deep/file.txt") == 18, "file_size");
	fs::rename("/data/deep/file.txt", "/data/other");
	check(fs::exists("/data/other") && !fs::exists("/data/deep/file.txt", error), "rename");
	check(fs::remove_all("/data") == 3, "remove_all");
	try {
		(void)fs::file_size("/nothing");
	} catch (const fs::filesystem_error &missing) {
		check(missing.code() == std::errc::no_such_file_or_directory, "filesystem_error");
	}
}

} // namespace

int
main(int argc, char **argv)
{
	check(early.numbers.size() == 3, "static object built");
	exceptions();
	types();
	threads();
	containers();
	files();
	if (argc > 1 && argv[argc - 1] == std::string("uncaught"))
		throw std::runtime_error("nobody catches this");
	return failures;
}
