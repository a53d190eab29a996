//! ER:LC games: players, commands, teams and records.

use serde_json::{Value, json};

use super::{Answer, Call, Refusal, Said};
use crate::handlers::call::Fields;
use crate::handlers::erlc;
use crate::state::State;

/// The game that the data names.
fn game(state: &State, data: &Fields<'_>) -> Result<usize, Refusal> {
    let code = data.required("robloxJoinCode", data.text("robloxJoinCode")?)?;
    Ok(erlc::game(state, Some(code))?)
}

pub(super) fn get_online_players(state: &mut State, call: &Call) -> Said {
    let game = game(state, &call.data())?;
    let players = state.games[game].players.iter().map(|player| {
        json!({
            "Player": player.player,
            "Permission": player.permission,
            "Callsign": player.callsign,
            "Team": player.team,
        })
    });
    Answer::json(&players.collect::<Vec<Value>>())
}

pub(super) fn get_player_queue(state: &mut State, call: &Call) -> Said {
    let game = game(state, &call.data())?;
    Answer::json(&state.games[game].queue.len())
}

pub(super) fn add_new_record(state: &mut State, call: &Call) -> Said {
    game(state, &call.data())?;
    Ok(Answer::same(erlc::add_erlc_record(state, &call.as_body())?))
}

/// All commands are checked before the first one is queued.
pub(super) fn execute_command(state: &mut State, call: &Call) -> Said {
    let mut games = Vec::new();
    for command in call.list()? {
        game(state, &command)?;
        games.push(erlc::game_for(state, &command)?);
    }
    let said = games
        .into_iter()
        .zip(call.entries())
        .map(|(game, command)| erlc::queue(state, game, command.clone()));
    Answer::text(said.last().unwrap_or_default())
}

pub(super) fn teams_lock(state: &mut State, call: &Call) -> Said {
    game(state, &call.data())?;
    Answer::same_text(erlc::lock_team(state, &call.as_body())?)
}

pub(super) fn teams_unlock(state: &mut State, call: &Call) -> Said {
    game(state, &call.data())?;
    Answer::same_text(erlc::unlock_team(state, &call.as_body())?)
}
