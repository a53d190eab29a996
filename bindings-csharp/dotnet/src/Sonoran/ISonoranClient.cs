using System;

namespace Sonoran;

/// <summary>What a program asks of a <see cref="SonoranClient"/>, so that its tests can stand in for it.</summary>
/// <example>
/// <code>
/// sealed class FakeSonoran(ICms cms) : ISonoranClient
/// {
///     public ICms Cms { get; } = cms;
///     public Walks Walk { get; } = new Walks(cms);
///     public SonoranRateLimitState RateLimit(string operation) => new(limit: 60, free: 60);
///     public void Dispose() { }
///     public ValueTask DisposeAsync() => default;
/// }
/// </code>
/// </example>
public interface ISonoranClient : IDisposable, IAsyncDisposable
{
    /// <inheritdoc cref="SonoranClient.Cms"/>
    ICms Cms { get; }

    /// <inheritdoc cref="SonoranClient.Walk"/>
    Walks Walk { get; }

    /// <inheritdoc cref="SonoranClient.RateLimit(string)"/>
    SonoranRateLimitState RateLimit(string operation);
}
