namespace Sonoran;

/// <summary>What an operation answers that has nothing to say beyond that it succeeded.</summary>
public sealed record NoContent
{
    private NoContent()
    {
    }

    /// <summary>The only one.</summary>
    public static NoContent Instance { get; } = new();
}
