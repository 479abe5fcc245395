# Plumbline. `make help` lists the targets.
#
# One non-recursive Makefile. A folder is a library, and the list LAYERS below
# is the order in which they may use each other (ci/layers.txt is the law).
# Everything built lands in $(OUT): build/ for the plain build, build/san with
# SAN=1 (ASan and UBSan), build/clang with CC=clang. LOOP=poll takes the event
# loop that is made for reading instead of the one made for many connections.

CC      = gcc
SAN     =
LOOP    = epoll
FLAVOUR = $(if $(SAN),san-,)$(if $(filter clang%,$(CC)),clang,gcc)
OUT     = build$(if $(filter gcc,$(FLAVOUR)),,/$(FLAVOUR))

WARN    = -Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes \
          -Wshadow -Wwrite-strings -Wvla
CFLAGS  = -O2 -g $(if $(SAN),-fsanitize=address$(comma)undefined \
          -fno-sanitize-recover=all -fno-omit-frame-pointer,)
comma   = ,
BUILD   = -std=c11 -D_GNU_SOURCE $(WARN) -I. -Ireference -I$(OUT)/gen -MMD -MP
LIBS    = -lpcap -ljansson -lxml2 -lssl -lcrypto -lwslay -lsqlite3 -lz -lm
XML2    = -I/usr/include/libxml2

# Bottom layer last, as the linker wants it.
LAYERS  = conformance conformance/report conformance/catalog \
          conformance/engine conformance/script trace trace/views \
          trace/render trace/lint trace/model trace/unwrap trace/stream trace/capture \
          reference/crash reference/client \
          reference/broker reference/net reference/mqtt reference/base

NOT_LIB = %_test.c %_fuzz.c %_tool.c %/main.c \
          $(if $(filter epoll,$(LOOP)),%/loop.c,%/loop_epoll.c)
lib_of  = $(OUT)/lib/$(subst /,-,$(1)).a
objs_of = $(patsubst %.c,$(OUT)/obj/%.o,$(filter-out $(NOT_LIB),$(wildcard $(1)/*.c)))

PROGRAMS = $(OUT)/bin/plumb-broker $(OUT)/bin/plumb-client \
           $(OUT)/bin/plumb-check $(OUT)/bin/plumb-trace

TEST_SOURCES = $(wildcard $(addsuffix /*_test.c,$(LAYERS) labs/answers))
TESTS   = $(TEST_SOURCES:%.c=$(OUT)/test/%)

.PHONY: all
all: $(PROGRAMS) ## build the four programs into build/bin

.PHONY: help
help: ## this list
	@echo 'make certify [TARGET=mqtt://host:port]   run the suite, write build/report/'
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | sort | \
	    awk -F'\t' '{printf "make %-18s %s\n", $$1, $$2}'

# What each program and the tests of each folder are linked with, lowest last.
GROUND     = $(call libs,reference/net reference/mqtt reference/base)
TRACE_LIBS = $(call libs,$(filter trace trace/%,$(LAYERS))) $(GROUND)
CHECK_LIBS = $(call libs,$(filter conformance conformance/%,$(LAYERS))) $(TRACE_LIBS)
libs       = $(foreach l,$(1),$(call lib_of,$(l)))
BROKER_LIB = $(call libs,reference/broker)
libs_for_reference   = $(call libs,$(filter $(1),reference/broker reference/client)) $(GROUND)
libs_for_trace       = $(TRACE_LIBS)
libs_for_labs        = $(call libs,labs/answers) $(libs_for_conformance)
libs_for_conformance = $(call libs,$(filter conformance conformance/%,$(LAYERS))) $(BROKER_LIB) $(TRACE_LIBS)

$(OUT)/bin/plumb-broker: $(OUT)/obj/reference/broker/main.o $(BROKER_LIB) $(GROUND)
$(OUT)/bin/plumb-client: $(OUT)/obj/reference/client/main.o $(call libs,reference/client) $(GROUND)
$(OUT)/bin/plumb-check:  $(OUT)/obj/conformance/main.o $(call libs_for_conformance)
$(OUT)/bin/plumb-trace:  $(OUT)/obj/trace/main.o $(TRACE_LIBS)
$(PROGRAMS):
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

$(OUT)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(BUILD) $(CFLAGS) $(XML2) -c -o $@ $<

# Files that a program carries with it, line for line as a C string.
$(OUT)/gen/%.inc: %
	@mkdir -p $(@D)
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/??/?\\?/g' -e 's/.*/"&\\n"/' $< >$@

$(OUT)/obj/conformance/report/html.o: $(patsubst %,$(OUT)/gen/conformance/report/%.inc, \
    page.html page.css page.js page_view.js) \
    $(OUT)/gen/trace/render/page_draw.css.inc $(OUT)/gen/trace/render/page_draw.js.inc
$(OUT)/obj/conformance/engine/probe.o: $(OUT)/gen/conformance/engine/probe.scn.inc
$(OUT)/obj/trace/render/capture_page.o: $(patsubst %,$(OUT)/gen/trace/render/%.inc, \
    capture_page.html page_draw.css capture_page.css page_draw.js capture_page.js \
    capture_page_packet.js)

define library
$(call lib_of,$(1)): $(call objs_of,$(1))
	@mkdir -p $$(@D)
	@rm -f $$@
	$(if $(call objs_of,$(1)),ar rcs $$@ $$^,ar rcs $$@)
endef
$(foreach l,$(LAYERS) labs/answers,$(eval $(call library,$(l))))

define test_program
$(patsubst %.c,$(OUT)/test/%,$(1)): $(patsubst %.c,$(OUT)/obj/%.o,$(1)) \
    $(call libs_for_$(firstword $(subst /, ,$(1))),$(patsubst %/,%,$(dir $(1))))
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS) -o $$@ $$^ -lcheck -lsubunit -lrt -lpthread $$(LIBS)
endef
$(foreach t,$(TEST_SOURCES),$(eval $(call test_program,$(t))))

.PHONY: clean
clean: ## remove everything that was built
	rm -rf build

# --- checks ---------------------------------------------------------------------

.PHONY: tests
tests: $(TESTS) $(OUT)/bin/crash-test $(OUT)/bin/hostile-peer

$(OUT)/bin/hostile-peer: $(addprefix $(OUT)/obj/ci/, hostile-peer.o hostile-attacks.o hostile-logins.o)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

.PHONY: unit
unit: $(TESTS) ## run the unit tests
	ci/run-tests $(TESTS)

.PHONY: lines
lines: ## which functions no unit test and no scenario runs
	@ci/deps build test
	@ci/lines

.PHONY: html-test
html-test: ## try the report's page in a browser
	@ci/deps build test page
	@$(MAKE) -s $(OUT)/test/conformance/report/html_test
	@ci/html-test $(OUT)/test/conformance/report/html_test

.PHONY: page-test
page-test: all $(OUT)/bin/page-user $(OUT)/bin/trace-load ## try the page of a capture in a browser, and time it
	@ci/deps build page
	@OUT=$(OUT) ci/page-test

$(OUT)/bin/page-user: $(addprefix $(OUT)/obj/ci/, page-user.o browser.o) $(call libs,reference/base)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

.PHONY: test
test: ## everything that has to be green, on a bare machine too
	@ci/deps build test draw peers fuzz
	@ci/test

.PHONY: repeat
repeat: all ## 100 runs of the suite with every core loaded: the same verdicts? RUNS=N TARGET=URL
	@OUT=$(OUT) TARGET=$(TARGET) ci/repeat $(or $(RUNS),100)

.PHONY: certify
certify: ## run the suite on the reference broker, or on TARGET=mqtt://host:port
	@ci/deps build
	@$(MAKE) -s -j$$(getconf _NPROCESSORS_ONLN) all
	@ci/certify $(TARGET)

.PHONY: demo
demo: ## a broker, two clients and what they said, in a minute
	@ci/deps build
	@$(MAKE) -s -j$$(getconf _NPROCESSORS_ONLN) all
	@ci/demo

$(OUT)/bin/fake-broker: $(OUT)/obj/ci/fake-broker.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^

# The runner with ci/null-broker.c where the broker core would be.
$(OUT)/bin/null-check: $(OUT)/obj/conformance/main.o $(OUT)/obj/ci/null-broker.o \
    $(call libs_for_conformance)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

.PHONY: null-brokers
null-brokers: $(OUT)/bin/null-check ## brokers that do next to nothing pass next to nothing
	@OUT=$(OUT) ci/null-brokers

.PHONY: vendor-view
vendor-view: all $(OUT)/bin/fake-broker ## what plumb-check says of brokers that are not as expected
	@OUT=$(OUT) ci/vendor-view

# --- documents made from tables -----------------------------------------------------

$(OUT)/bin/draw-machines: $(OUT)/obj/ci/draw-machines.o $(GROUND)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

.PHONY: docs
docs: all $(OUT)/bin/draw-machines ## man pages, table of settings, pictures of the state machines
	@ci/deps build draw
	@OUT=$(OUT) ci/docs
	@OUT=$(OUT) labs/pictures

.PHONY: docs-check
docs-check: all $(OUT)/bin/draw-machines
	@OUT=$(OUT) ci/docs --check

# --- performance ------------------------------------------------------------------

.PHONY: bench
bench: ## processor time per message under every load, ours and mosquitto's
	@ci/deps build peers
	@$(MAKE) -s all
	@ci/bench

.PHONY: bench-counts
bench-counts: ## system calls, instructions and allocations per message
	@ci/deps build bench
	@$(MAKE) -s all
	@ci/bench-counts

.PHONY: interop
interop: ## interop with real clients, MQTT.js in node and in a browser included
	@ci/deps build peers page
	@command -v npm >/dev/null || ci/deps npm
	@$(MAKE) -s all
	@OUT=$(OUT) ci/interop/run ci/interop/mosquitto-clients.sh ci/interop/plumb-client.sh \
	    ci/interop/transports.sh ci/interop/paho.sh ci/interop/mqttjs.sh ci/interop/browser.sh

.PHONY: soak
soak: ## SOAK_SECONDS (600) of clients that come and die: memory stays; with SAN=1: no leak
	@ci/deps build test peers
	@$(MAKE) -s all
	@OUT=$(OUT) ci/soak

$(OUT)/bin/trace-%: $(OUT)/obj/trace/%_tool.o $(TRACE_LIBS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

.PHONY: trace-load
trace-load: $(OUT)/bin/trace-load ## a capture of 2,000,000 packets, in build/load.pcap
	$< >$(OUT)/load.pcap

.PHONY: trace-bench
trace-bench: ## time and memory of plumb-trace, tcpdump and tshark on that capture
	@ci/deps build peers
	@$(MAKE) -s all $(OUT)/bin/trace-load $(OUT)/bin/trace-wrapped \
	    $(OUT)/bin/cost
	@ci/trace-bench

$(OUT)/bin/cost: $(OUT)/obj/ci/cost.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^

MUTANTS = 200000

.PHONY: trace-mutants
trace-mutants: ## damaged captures, MUTANTS (200000) of them, under ASan and UBSan
	@$(MAKE) -s SAN=1 build/san-gcc/bin/trace-mutants
	build/san-gcc/bin/trace-mutants $(MUTANTS) 1 trace/testdata/*.pcap \
	    trace/testdata/*.pcapng

# --- faults: the reference with one thing wrong ----------------------------------

$(OUT)/bin/splice: $(addprefix $(OUT)/obj/labs/edit/, splice.o definitions.o plant.o) $(call libs,reference/base)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

$(OUT)/bin/mutate: $(OUT)/obj/ci/mutate.o $(call libs,reference/base)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

# --- labs: starter code out of the reference, and its grader ----------------------

$(OUT)/bin/blank: $(addprefix $(OUT)/obj/labs/edit/, blank.o definitions.o) $(call libs,reference/base)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

# What the labs of answers need besides the shell: captures made, answers judged.
$(OUT)/bin/lab-answers: $(OUT)/obj/labs/answers/main.o $(libs_for_labs)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

.PHONY: splice-test
splice-test: $(OUT)/bin/splice $(OUT)/bin/blank ## test what puts faults and exercises into sources
	@CC='$(CC)' SPLICE=$(OUT)/bin/splice labs/edit/splice_test.sh
	@BLANK=$(OUT)/bin/blank labs/edit/blank_test.sh

.PHONY: labs-check
labs-check: ## prove the labs: starter code, holes, mistakes, hints, what the command says
	@OUT=$(OUT) labs/prove

.PHONY: golden
golden: ## write labs/golden/ anew: what labs/lab says
	@OUT=$(OUT) labs/prove --golden

.PHONY: handouts
handouts: ## the hand-outs of the labs as HTML, build/labs/index.html, in both languages
	@ci/deps pages
	@OUT=$(OUT) labs/pages

.PHONY: labs-crash
labs-crash: ## code that crashes, hangs or cheats is told as the student's
	@labs/tool/crash_test.sh

# For labs/tool/grade: ours, with sanitizers, that what a student wrote is linked with,
# and how. Tests lose their main(): several are one program.
LAB_TESTS = $(sort $(patsubst u:%,%,$(filter-out u:net/loop,$(filter u:%,$(shell grep '^L' labs/manifest)))))
LAB_LIBS  = $(call libs,reference/client reference/broker) $(GROUND) -lcheck -lsubunit -lrt -lpthread $(LIBS)

$(OUT)/labs/%_test.o: $(OUT)/obj/reference/%_test.o
	@mkdir -p $(@D)
	objcopy --redefine-sym main=main_$(subst /,_,$*) $< $@

# The fastest linker there is.
$(OUT)/labs/flags: Makefile
	@mkdir -p $(@D)
	@echo 'int main(void) {return 0;}' >$@.c
	@for l in mold lld gold; do $(CC) $(CFLAGS) -fuse-ld=$$l -o $@.out $@.c 2>/dev/null && \
	    $(OUT)/labs/flags.out && echo "-fuse-ld=$$l" && break; done >$@.ld; true
	@{ echo "compile='$(CC) $(filter-out -MMD -MP -I. -Ireference -Werror,$(BUILD)) $(CFLAGS:-O2=-O1)'"; \
	    echo "link='$(CC) $(CFLAGS) -Wl,--as-needed $$(cat $@.ld)'"; \
	    echo "libs='$(LAB_LIBS)'"; \
	    echo "check_libs='$(libs_for_conformance) $(LIBS)'"; } >$@

.PHONY: labs-objects labs-ready
labs-objects: $(OUT)/bin/plumb-check $(OUT)/labs/flags $(OUT)/obj/reference/broker/main.o \
    $(OUT)/obj/reference/client/main.o $(LAB_TESTS:%=$(OUT)/labs/%_test.o) $(filter %.a,$(LAB_LIBS))

# All that labs/lab needs: labs/tool/ready calls it when something changed.
labs-ready: all $(OUT)/bin/blank $(OUT)/bin/lab-answers
	@$(MAKE) -s SAN=1 labs-objects

# --- crashes --------------------------------------------------------------------

$(OUT)/bin/crash-test: $(OUT)/obj/reference/crash/main.o $(call libs,reference/crash reference/client reference/broker) $(GROUND)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

.PHONY: crash-test
crash-test: all $(OUT)/bin/crash-test ## crash the broker 200 times for real, 10,000 times in virtual time
	@ci/crash

# For ci/mutants, which compiles and links one object differently.
.PHONY: print-compile print-link print-check-libs print-broker-libs print-core-objects
print-compile: ; @echo '$(CC) $(BUILD) $(CFLAGS)'
print-link: ; @echo '$(CC) $(CFLAGS)'
print-check-libs: ; @echo '$(libs_for_conformance) $(LIBS)'
print-core-objects: ; @echo '$(call objs_of,reference/broker) $(call objs_of,reference/mqtt)'
print-broker-libs: ; @echo '$(BROKER_LIB) $(GROUND) $(LIBS)'

.PHONY: mutants-mechanical
mutants-mechanical: all $(OUT)/bin/mutate ## every small mistake in the tables and 200 in the broker: does the suite notice?
	@ci/mutants-mechanical

.PHONY: mutants
mutants: all $(OUT)/bin/splice ## plant every fault and see whether the suite finds it
	@ci/mutants

# --- fuzzing (clang) --------------------------------------------------------------

FUZZ_SECONDS = 60
FUZZ_OUT     = build/fuzz
FUZZ_SOURCES = $(wildcard $(addsuffix /*_fuzz.c,$(LAYERS) labs/answers))
FUZZ_TARGETS = $(FUZZ_SOURCES:%.c=$(FUZZ_OUT)/%)

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZ_SECONDS (60)
	@$(MAKE) -s CC=clang OUT=build/fuzz \
	    CFLAGS='-O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all' fuzz-programs
	@ci/fuzz $(FUZZ_SECONDS) $(FUZZ_TARGETS)

define fuzz_program
$(FUZZ_OUT)/$(patsubst %.c,%,$(1)): $(patsubst %.c,$(OUT)/obj/%.o,$(1)) \
    $(call libs_for_$(firstword $(subst /, ,$(1))),$(patsubst %/,%,$(dir $(1))))
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS) -fsanitize=fuzzer -o $$@ $$^ $$(LIBS)
endef
$(foreach t,$(FUZZ_SOURCES),$(eval $(call fuzz_program,$(t))))

.PHONY: fuzz-programs
fuzz-programs: $(FUZZ_TARGETS)

-include $(shell find $(OUT)/obj -name '*.d' 2>/dev/null)
