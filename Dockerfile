# leakmark as a container image, built from a checkout:
#
#   docker build -t leakmark .
#   docker run --rm -v leakmark-registry:/registry leakmark init
#   docker run --rm -v leakmark-registry:/registry -v "$PWD:/work" leakmark scan leak.mp4
#
# It installs the Debian package, so that both have the same in the same places.

FROM rust:1.95-bookworm AS build
WORKDIR /src
# The whole checkout, .git too: the program says which commit it was built from.
COPY . .
RUN sh scripts/package.sh

# Not the slim image: that one leaves manual pages out of packages.
FROM debian:12
COPY --from=build /src/target/debian/ /tmp/package/
RUN apt-get update \
    && apt-get install -y --no-install-recommends ffmpeg /tmp/package/leakmark_*.deb \
    && rm -rf /tmp/package /var/lib/apt/lists/*
# A user without rights; the registry, with the secret, is theirs alone and outlives the image.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /registry --shell /usr/sbin/nologin leakmark \
    && install -d -m 700 -o leakmark -g leakmark /registry \
    && install -d -m 755 -o leakmark -g leakmark /work
ENV LEAKMARK_HOME=/registry
VOLUME /registry
WORKDIR /work
USER 10001:10001
ENTRYPOINT ["leakmark"]
CMD ["--help"]
