using System.Text.Json;

namespace Sonoran.Json;

/// <summary>How a list comes in pages.</summary>
internal sealed class Paged<T>
{
    private static readonly JsonElement None = Parsed();

    private readonly string? _items;
    private readonly string? _total;
    private readonly Taker<T> _take;

    /// <param name="operation">The method's name.</param>
    /// <param name="items">The member of the data that holds the items; null where the data are the list itself.</param>
    /// <param name="total">The member that says how many there are in all, where one does.</param>
    /// <param name="take">Takes an item.</param>
    internal Paged(string operation, string? items, string? total, Taker<T> take)
    {
        Operation = operation;
        _items = items;
        _total = total;
        _take = take;
    }

    internal string Operation { get; }

    /// <summary>The list in a page's data, which may also come alone; null where there is none.</summary>
    /// <param name="data">The data.</param>
    /// <param name="mayBeNull">Whether null is an empty list here.</param>
    internal JsonElement? ListOf(JsonElement? data, bool mayBeNull)
    {
        if (data is { ValueKind: JsonValueKind.Object } page && _items is not null && page.TryGetProperty(_items, out var list))
        {
            data = list;
        }

        return data?.ValueKind switch
        {
            JsonValueKind.Array => data,
            null or JsonValueKind.Null when mayBeNull => None,
            _ => null,
        };
    }

    internal long? TotalOf(JsonElement? data) =>
        data is { ValueKind: JsonValueKind.Object } page && _total is not null && page.TryGetProperty(_total, out var total)
        && total.ValueKind == JsonValueKind.Number && total.TryGetInt64(out var number) && number >= 0 ? number : null;

    /// <summary>Takes an item of the list.</summary>
    /// <param name="element">The item as it came.</param>
    /// <param name="isStrict">Whether a field that the service always sends may not be empty either.</param>
    /// <param name="item">What was read.</param>
    /// <returns>Why it is none, to stand behind "the item"; null where it is one.</returns>
    internal string? Misfit(JsonElement element, bool isStrict, out T item)
    {
        Take.Item(element, _take, out item, out var isThere);
        return !isThere ? $"is {Unfit.Kind(element)}, and no {Unfit.Name(typeof(T))}"
            : isStrict ? Unfit.Words(item, element, fits: true, _take)
            : null;
    }

    private static JsonElement Parsed()
    {
        using var document = JsonDocument.Parse("[]");
        return document.RootElement.Clone();
    }
}
