using System;

namespace Sonoran.Testing;

/// <summary>No test shall reach the service by mistake: while the guard is on, a call to another machine throws <see cref="InvalidOperationException"/>.</summary>
/// <remarks>
/// In a project that refers to this package it is on from the start of its program, unless the project has
/// <c>&lt;SonoranGuard&gt;false&lt;/SonoranGuard&gt;</c>. It holds for the whole process, whatever runs in it. Programs that tests start
/// are guarded where their environment has <c>SONORAN_TEST_GUARD=1</c>, or <c>true</c>.
/// </remarks>
public static class SonoranGuard
{
    private const string Switch = "Sonoran.Net.Guard";

    /// <summary>Whether calls to other machines are refused in this process.</summary>
    public static bool IsOn
    {
        get => AppContext.TryGetSwitch(Switch, out var isOn) ? isOn : GuardVariable.IsSet();
        set => AppContext.SetSwitch(Switch, value);
    }
}
