using System;

namespace Sonoran.Testing;

/// <summary>Faults have spoilt no answer; the message has them, and how many requests they fitted.</summary>
public sealed class FaultsNotPlayedException : Exception
{
    internal FaultsNotPlayedException(string message)
        : base(message)
    {
    }
}
