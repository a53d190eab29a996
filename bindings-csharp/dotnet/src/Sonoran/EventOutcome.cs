using System.Diagnostics.CodeAnalysis;

namespace Sonoran;

/// <summary>What became of a body: an event or a refusal.</summary>
internal readonly struct EventOutcome
{
    private readonly SonoranEvent? _received;
    private readonly EventError? _error;

    internal EventOutcome(SonoranEvent received) => _received = received;

    internal EventOutcome(EventError error) => _error = error;

    internal SonoranEvent OrThrow() => _received ?? throw _error!;

    internal bool Told([NotNullWhen(true)] out SonoranEvent? received, [NotNullWhen(false)] out EventError? error)
    {
        received = _received;
        error = _error;
        return received is not null;
    }
}
