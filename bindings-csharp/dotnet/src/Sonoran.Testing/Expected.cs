using System.Collections.Generic;

namespace Sonoran.Testing;

/// <summary>What requests there should have been; what is left out does not matter.</summary>
public sealed record Expected
{
    /// <summary>How many.</summary>
    public int? Count { get; init; }

    /// <summary>So many or more.</summary>
    public int? AtLeast { get; init; }

    /// <summary>So many or fewer.</summary>
    public int? AtMost { get; init; }

    /// <summary>The verb.</summary>
    public string? Method { get; init; }

    /// <summary>The path; <c>*</c> stands for any text.</summary>
    public string? Path { get; init; }

    /// <summary>The status that was answered.</summary>
    public int? Status { get; init; }

    /// <summary>What must be in the query, an object; there may be more.</summary>
    public object? Query { get; init; }

    /// <summary>Headers that must be there.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>What must be in the body, an object; there may be more.</summary>
    public object? Body { get; init; }

    /// <summary>What must be in the answer, an object; there may be more.</summary>
    public object? Answer { get; init; }
}
