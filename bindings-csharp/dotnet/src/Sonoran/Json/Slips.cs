using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sonoran.Json;

/// <summary>Refuses slips in the names of documented fields where a walk is asked for, as the core does when it calls.</summary>
/// <remarks>
/// Of other case also where the right one is there: what a walk is asked with gets its place in the list beside it, so that
/// a <c>Skip</c> would be lost without a word.
/// </remarks>
internal static class Slips
{
    /// <param name="name">What errors call the object.</param>
    /// <param name="record">The documented fields.</param>
    /// <param name="value">The record with what was given; unknown names are in its extra fields.</param>
    /// <exception cref="ArgumentException">A name is nearly documented.</exception>
    internal static void Refuse(string name, JsonTypeInfo record, object value)
    {
        var extra = record.Properties.FirstOrDefault(field => field.IsExtensionData)?.Get?.Invoke(value) as IDictionary<string, JsonElement>;
        foreach (var given in extra?.Keys ?? [])
        {
            var meant = record.Properties.FirstOrDefault(field => !field.IsExtensionData
                && (field.Name.Equals(given, StringComparison.OrdinalIgnoreCase) || (field.Get?.Invoke(value) is null && IsNear(Plain(given), Plain(field.Name)))));
            if (meant is not null)
            {
                throw new ArgumentException($"{name}.{given} is no documented field: did you mean {meant.Name}?", $"{name}.{given}");
            }
        }
    }

    /// <summary>A name without what is a matter of habit: case, and signs between words.</summary>
    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant));

    /// <summary>Whether plain names are the same, or two letters beside each other have changed places.</summary>
    private static bool IsNear(string one, string other)
    {
        if (one.Length != other.Length)
        {
            return false;
        }

        var at = 0;
        while (at < one.Length && one[at] == other[at])
        {
            at++;
        }

        return at == one.Length
            || (at + 1 < one.Length && one[at] == other[at + 1] && one[at + 1] == other[at]
                && string.CompareOrdinal(one, at + 2, other, at + 2, one.Length) == 0);
    }
}
