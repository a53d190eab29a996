using System;
using System.Collections.Generic;

namespace Sonoran.Testing;

/// <summary>Which answers are spoilt, and how; the same in every run.</summary>
/// <param name="Action">What is made of the answers.</param>
public sealed record Fault(FaultAction Action)
{
    /// <summary>Which requests it fits, by the method's name; left out, as <see cref="Method"/> and <see cref="Path"/>, all.</summary>
    public string? Operation { get; init; }

    /// <summary>The verb.</summary>
    public string? Method { get; init; }

    /// <summary>The path; <c>*</c> stands for any text.</summary>
    public string? Path { get; init; }

    /// <summary>Which of the fitting requests, counted from 1; else the first, or as many as <see cref="Times"/> says.</summary>
    public IReadOnlyList<int>? Nth { get; init; }

    /// <summary>How many of the fitting requests, from the first; <see cref="Always"/> for all of them.</summary>
    public int? Times { get; init; }

    /// <summary>Each fitting request with this probability, which <see cref="Seed"/> settles.</summary>
    public double? Probability { get; init; }

    /// <summary>Settles which requests a probability means.</summary>
    public int? Seed { get; init; }

    /// <summary>Real time before the answer.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>For <see cref="Times"/>: every fitting request.</summary>
    public const int Always = int.MaxValue;
}
