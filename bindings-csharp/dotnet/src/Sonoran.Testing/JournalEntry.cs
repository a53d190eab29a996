using System;
using System.Collections.Generic;
using System.Text.Json;

namespace Sonoran.Testing;

/// <summary>A request that came, and what was answered.</summary>
public sealed record JournalEntry
{
    /// <summary>Its place in the journal, from 1.</summary>
    public int Number { get; init; }

    /// <summary>The id that its answer bore.</summary>
    public string RequestId { get; init; } = "";

    /// <summary>When it came, by the world's clock.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Its verb.</summary>
    public string Method { get; init; } = "";

    /// <summary>Its path, without the query.</summary>
    public string Path { get; init; } = "";

    /// <summary>The query's fields; one that was given several times is a list.</summary>
    public JsonElement Query { get; init; }

    /// <summary>The operation's method name, such as <c>getAccountV2</c>; null where the path names none.</summary>
    public string? Name { get; init; }

    /// <summary>The status that was answered; null where there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>What became of it: <c>pending</c>, <c>answered</c>, <c>aborted</c> or <c>fault</c>.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>The number of the fault that was played.</summary>
    public int? Fault { get; init; }

    /// <summary>Its headers by lower-case name; keys are not shown.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Its body, as JSON or text; null where there was none.</summary>
    public JsonElement? Body { get; init; }

    /// <summary>The answer's body, as JSON or text.</summary>
    public JsonElement? Answer { get; init; }
}
