using System;
using System.Collections.Generic;
using System.Linq;

namespace Sonoran;

/// <summary>The keys of an event as the core gets them: UTF-8, each one that a client would take.</summary>
internal static class EventKeys
{
    internal static byte[][] Of(string key) => [Checked(key, nameof(key))];

    internal static byte[][] Of(IEnumerable<string> keys)
    {
        var all = (keys ?? throw new ArgumentNullException(nameof(keys))).Select(key => Checked(key, nameof(keys))).ToArray();
        // Without a key, anybody's events would pass.
        return all.Length > 0 ? all : throw new ArgumentException("keys must have a key", nameof(keys));
    }

    private static byte[] Checked(string? key, string name)
    {
        if (key is null)
        {
            throw new ArgumentNullException(name);
        }

        if (key.Length == 0)
        {
            throw new ArgumentException($"{name} must not be empty", name);
        }

        // No client can have another, so that no event of the community can carry it.
        return key.All(sign => sign is > ' ' and <= '~')
            ? Unicode.Utf8(key)
            : throw new ArgumentException($"{name} must be printable ASCII, without spaces and line breaks", name);
    }
}
