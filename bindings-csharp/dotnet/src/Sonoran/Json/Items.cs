using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Linq;

namespace Sonoran.Json;

/// <summary>A list that is equal to one with the same items, and prints them, as records expect of what they hold.</summary>
internal sealed class Items<T> : ReadOnlyCollection<T>
{
    internal Items(IList<T> items)
        : base(items)
    {
    }

    internal static Items<T> None { get; } = new([]);

    public override bool Equals(object? obj) => obj is IReadOnlyList<T> other && this.SequenceEqual(other, Same<T>.Comparer);

    public override int GetHashCode() => this.Aggregate(Count, (hash, item) => unchecked((hash * 31) + Same<T>.Hash(item)));

    public override string ToString() => $"[{string.Join(", ", this)}]";

    /// <summary>A copy of a list.</summary>
    internal static Items<T> Of(IReadOnlyList<T>? items) => items switch
    {
        null => null!,
        Items<T> same => same,
        _ => new([.. items]),
    };
}
