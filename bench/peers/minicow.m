-- MiniCOW in Murphi (Rumur, CMurphi). bench/peers.ts rewrites the constants.
const
  P: 3;
  V: 2;
  F: 3;
  BUG: 0;      -- 0 none, 1 exit does not decrement, 2 fork keeps parent's W, 3 frame lock released early

type
  proc_t:  0..P-1;
  vpn_t:   0..V-1;
  frame_t: 0..F-1;
  cnt_t:   0..P-1;
  mc_t:    0..P*V;
  life_t:  enum { UNBORN, ALIVE, DEAD };
  pc_t:    enum { IDLE, F1, F2, W1, W2, W3, K1, X1 };
  pte_t: record
    m: boolean; w: boolean; c: boolean; ppn: frame_t; lk: boolean;
  end;
  procrec_t: record
    st: life_t; pc: pc_t; arg: vpn_t; ch: proc_t; tmp: frame_t;
    pte: array [vpn_t] of pte_t;
  end;
  framerec_t: record
    free: boolean; forks: cnt_t; flk: boolean;
  end;

var
  pr: array [proc_t] of procrec_t;
  fr: array [frame_t] of framerec_t;

function anyFree(): boolean;
begin
  for f: frame_t do if fr[f].free then return true; end; end;
  return false;
end;

function lowestFree(): frame_t;
begin
  for f: frame_t do if fr[f].free then return f; end; end;
  return 0;
end;

function anyUnborn(): boolean;
begin
  for p: proc_t do if pr[p].st = UNBORN then return true; end; end;
  return false;
end;

function lowestUnborn(): proc_t;
begin
  for p: proc_t do if pr[p].st = UNBORN then return p; end; end;
  return 0;
end;

function mapCount(f: frame_t): mc_t;
var n: mc_t;
begin
  n := 0;
  for p: proc_t do for v: vpn_t do
    if pr[p].pte[v].m & pr[p].pte[v].ppn = f then n := n + 1; end;
  end; end;
  return n;
end;

function quiet(): boolean;
begin
  for p: proc_t do if pr[p].pc != IDLE then return false; end; end;
  return true;
end;

startstate begin
  for p: proc_t do
    pr[p].st := UNBORN; pr[p].pc := IDLE; pr[p].arg := 0; pr[p].ch := 0; pr[p].tmp := 0;
    for v: vpn_t do
      pr[p].pte[v].m := false; pr[p].pte[v].w := false; pr[p].pte[v].c := false;
      pr[p].pte[v].ppn := 0; pr[p].pte[v].lk := false;
    end;
  end;
  pr[0].st := ALIVE;
  for f: frame_t do fr[f].free := true; fr[f].forks := 0; fr[f].flk := false; end;
end;

ruleset p: proc_t do

  ruleset v: vpn_t do
    rule "faultStart"
      pr[p].st = ALIVE & pr[p].pc = IDLE & !pr[p].pte[v].lk & !pr[p].pte[v].m
    ==>
      pr[p].pte[v].lk := true; pr[p].arg := v; pr[p].pc := F1;
    end;

    rule "cowStart"
      pr[p].st = ALIVE & pr[p].pc = IDLE & !pr[p].pte[v].lk & pr[p].pte[v].m & pr[p].pte[v].c
    ==>
      pr[p].pte[v].lk := true; pr[p].arg := v; pr[p].pc := W1;
    end;
  end;

  rule "forkStart"
    pr[p].st = ALIVE & pr[p].pc = IDLE & anyUnborn()
  ==>
  var c: proc_t;
  begin
    c := lowestUnborn();
    pr[c].st := ALIVE;
    for v: vpn_t do pr[c].pte[v].lk := true; end;
    pr[p].ch := c; pr[p].arg := 0; pr[p].pc := K1;
  end;

  rule "exitStart"
    pr[p].st = ALIVE & pr[p].pc = IDLE
  ==>
    pr[p].arg := 0; pr[p].pc := X1;
  end;

  rule "faultAlloc"
    pr[p].pc = F1
  ==>
  var g: frame_t;
  begin
    if anyFree() then
      g := lowestFree();
      fr[g].free := false; pr[p].tmp := g; pr[p].pc := F2;
    else
      pr[p].pte[pr[p].arg].lk := false; pr[p].arg := 0; pr[p].pc := IDLE;
    end;
  end;

  rule "faultMap"
    pr[p].pc = F2
  ==>
    alias e: pr[p].pte[pr[p].arg] do
      e.m := true; e.w := true; e.c := false; e.ppn := pr[p].tmp; e.lk := false;
    end;
    pr[p].tmp := 0; pr[p].arg := 0; pr[p].pc := IDLE;
  end;

  rule "cowLock"
    pr[p].pc = W1 & !fr[pr[p].pte[pr[p].arg].ppn].flk
  ==>
    fr[pr[p].pte[pr[p].arg].ppn].flk := true; pr[p].pc := W2;
  end;

  rule "cowDecide"
    pr[p].pc = W2
  ==>
  var g: frame_t; f: frame_t;
  begin
    f := pr[p].pte[pr[p].arg].ppn;
    if fr[f].forks > 0 then
      if anyFree() then
        g := lowestFree();
        fr[g].free := false; fr[f].forks := fr[f].forks - 1; pr[p].tmp := g; pr[p].pc := W3;
        if BUG = 3 then fr[f].flk := false; end;
      else
        fr[f].flk := false; pr[p].pte[pr[p].arg].lk := false; pr[p].arg := 0; pr[p].pc := IDLE;
      end;
    else
      pr[p].tmp := f; pr[p].pc := W3;
      if BUG = 3 then fr[f].flk := false; end;
    end;
  end;

  rule "cowMap"
    pr[p].pc = W3
  ==>
    alias e: pr[p].pte[pr[p].arg] do
      if BUG != 3 then fr[e.ppn].flk := false; end;
      e.m := true; e.w := true; e.c := false; e.ppn := pr[p].tmp; e.lk := false;
    end;
    pr[p].tmp := 0; pr[p].arg := 0; pr[p].pc := IDLE;
  end;

  rule "forkPage"
    pr[p].pc = K1 & !pr[p].pte[pr[p].arg].lk &
    (!pr[p].pte[pr[p].arg].m | !fr[pr[p].pte[pr[p].arg].ppn].flk)
  ==>
    alias e: pr[p].pte[pr[p].arg]; d: pr[pr[p].ch].pte[pr[p].arg] do
      if e.m then
        if BUG != 2 then e.w := false; end;
        e.c := true;
        d.m := true; d.w := false; d.c := true; d.ppn := e.ppn;
        fr[e.ppn].forks := fr[e.ppn].forks + 1;
      end;
      d.lk := false;
    end;
    if pr[p].arg = V-1 then pr[p].arg := 0; pr[p].ch := 0; pr[p].pc := IDLE;
    else pr[p].arg := pr[p].arg + 1; end;
  end;

  rule "exitPage"
    pr[p].pc = X1 & !pr[p].pte[pr[p].arg].lk &
    (!pr[p].pte[pr[p].arg].m | !fr[pr[p].pte[pr[p].arg].ppn].flk)
  ==>
    alias e: pr[p].pte[pr[p].arg] do
      if e.m then
        if fr[e.ppn].forks > 0 then
          if BUG != 1 then fr[e.ppn].forks := fr[e.ppn].forks - 1; end;
        else
          fr[e.ppn].free := true;
        end;
        e.m := false; e.w := false; e.c := false; e.ppn := 0;
      end;
    end;
    if pr[p].arg = V-1 then pr[p].arg := 0; pr[p].pc := IDLE; pr[p].st := DEAD;
    else pr[p].arg := pr[p].arg + 1; end;
  end;
end;

invariant "i free frame never mapped"   -- INV i
  forall f: frame_t do fr[f].free -> mapCount(f) = 0 end;                               -- INV i
invariant "ii counter exact when frame unlocked"  -- INV ii
  forall f: frame_t do (!fr[f].flk & mapCount(f) > 0) -> fr[f].forks = mapCount(f) - 1 end;  -- INV ii
invariant "iii writable implies one mapper"  -- INV iii
  forall p: proc_t do forall v: vpn_t do                           -- INV iii
    (pr[p].pte[v].m & pr[p].pte[v].w) -> mapCount(pr[p].pte[v].ppn) = 1 end end;       -- INV iii
invariant "iv no leaked frame at quiescence" -- INV iv
  quiet() -> forall f: frame_t do fr[f].free | mapCount(f) > 0 end;                       -- INV iv
