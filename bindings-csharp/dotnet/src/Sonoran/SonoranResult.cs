namespace Sonoran;

/// <summary>What came of one of many calls; see <see cref="SonoranMap"/>.</summary>
/// <typeparam name="TItem">The type of an item.</typeparam>
/// <typeparam name="T">The type of the data.</typeparam>
public sealed class SonoranResult<TItem, T>
{
    internal SonoranResult(int index, TItem item, SonoranResponse<T> response)
    {
        Index = index;
        Item = item;
        Response = response;
    }

    /// <summary>Which of them it was, from 0.</summary>
    public int Index { get; }

    /// <summary>What it was called for.</summary>
    public TItem Item { get; }

    /// <summary>What it was answered.</summary>
    public SonoranResponse<T> Response { get; }

    /// <summary>Item and response at once.</summary>
    /// <param name="item">What it was called for.</param>
    /// <param name="response">What it was answered.</param>
    public void Deconstruct(out TItem item, out SonoranResponse<T> response)
    {
        item = Item;
        response = Response;
    }
}
