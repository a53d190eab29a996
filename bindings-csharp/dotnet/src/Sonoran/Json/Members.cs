using System.Collections.Generic;
using System.Linq;

namespace Sonoran.Json;

/// <summary>An object with free keys that is equal to one with the same members, and prints them.</summary>
internal sealed class Members<T> : Dictionary<string, T>
{
    internal static Members<T> None => new();

    public override bool Equals(object? obj) =>
        obj is Members<T> other && Count == other.Count
        && this.All(member => other.TryGetValue(member.Key, out var value) && Same<T>.Comparer.Equals(member.Value, value));

    // In whatever order they stand.
    public override int GetHashCode() => Keys.Aggregate(Count, (hash, key) => hash ^ key.GetHashCode());

    public override string ToString() => $"{{ {string.Join(", ", this.Select(member => $"{member.Key} = {member.Value}"))} }}";

    /// <summary>A copy of a dictionary.</summary>
    internal static Members<T> Of(IEnumerable<KeyValuePair<string, T>>? members)
    {
        if (members is null or Members<T>)
        {
            return (Members<T>)members!;
        }

        var copy = new Members<T>();
        foreach (var member in members)
        {
            copy[member.Key] = member.Value;
        }

        return copy;
    }
}
